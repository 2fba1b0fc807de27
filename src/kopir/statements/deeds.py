"""How the record calls what is done in this room. Data only."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

ACTIONS = {"statements.check": _("Checked the pages of a website for its accessibility statement")}
