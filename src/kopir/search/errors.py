"""What can go wrong with search."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kopir.base.errors import KopirError


class IndexBusyError(KopirError):
    """The index is being built anew already."""

    code = "search.index_busy"
    status = 409
    sentence = _("The index is being built anew already. Wait until that is done.")
