"""How the record calls what is done in this room. Data only."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

ACTIONS = {"importing.import_items": _("Brought pages over from an old website")}
