"""How the record calls what is done in this room, and the things that it is done to. Data only."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "notices.ask_phone": _("Asked for a code to a telephone"),
    "notices.confirm_phone": _("Confirmed a telephone number"),
    "notices.mark_all_read": _("Marked all messages as read"),
    "notices.miss_phone_code": _("Wrote a wrong code from a text"),
    "notices.open": _("Read a message"),
    "notices.remove_phone": _("Removed a telephone number"),
}
KINDS = {
    "notices.message": _("Message"),
}
