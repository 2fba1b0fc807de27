"""How the record calls what is done in this room, and to what. Data only."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "upgrading.ask_for_round": _("Had all websites compared with their templates"),
    "upgrading.undo_upgrade": _("Took back an upgrade of a website"),
    "upgrading.upgrade_website": _("Upgraded a website to its template"),
}
KINDS = {"upgrading.round": _("Upgrades of websites")}
