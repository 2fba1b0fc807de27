"""How the record calls what is done in this room, and the things that it is done to. Data only."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "duties.ask_for_check": _("Asked for a check of a website"),
    "duties.score_website": _("Checked the duties of a website"),
}
KINDS = {"duties.score": _("Check of duties")}
