"""How the record calls what is done in this room, and the things that it is done to. Data only."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "banners.set": _("Set an urgent banner"),
    "banners.end": _("Ended an urgent banner"),
}
KINDS = {"banners.banner": _("Urgent banner")}
