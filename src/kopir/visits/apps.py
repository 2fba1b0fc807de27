"""The room as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from kopir.base.administration import PARTS, Part


class VisitsConfig(AppConfig):
    """`visits`: its name in the registry of apps and before the names of its tables."""

    name = "kopir.visits"
    label = "visits"

    def ready(self) -> None:
        """Hear of searches in vain, take what was counted, be a part of the administration; no kept page reads it."""
        from kopir.base.events import subscribe
        from kopir.pagecache.tables import personal
        from kopir.search.events import SearchedInVain

        from . import tasks  # noqa: F401 - decorators register
        from .models import MissingAddress, VainSearch, Views
        from .receiving import lay_search

        personal(Views, MissingAddress, VainSearch)
        subscribe(SearchedInVain, lay_search)
        PARTS.add("visits:list", VISITS)


VISITS = Part(_("Visits"), _("How often pages are read, and what readers did not find"))
