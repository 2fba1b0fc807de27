"""How the record calls what is done in this room. Data only."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "upgrading.undo_upgrade": _("Took back an upgrade of a website"),
    "upgrading.upgrade_website": _("Upgraded a website to its template"),
}
