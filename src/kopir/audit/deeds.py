"""How the record calls what is done in this room and in `base`, which knows no record, and to what. Data only."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "audit.erase_person": _("Erased the data of a person"),
    "audit.read_personal": _("Looked at personal data"),
    "base.rerun_job": _("Ran a job again"),
}
KINDS = {
    "audit.row": _("Entry"),
    "base.job": _("Job"),
}
