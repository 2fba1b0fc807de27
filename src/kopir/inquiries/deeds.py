"""How the record calls what is done in this room, and the things that it is done to. Data only."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "inquiries.send": _("Wrote to a body"),
    "inquiries.answer": _("Answered a message"),
    "inquiries.forget": _("Erased an old message"),
}
KINDS = {"inquiries.inquiry": _("Message to a body")}
