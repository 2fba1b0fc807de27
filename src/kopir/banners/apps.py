"""The room as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from kopir.base.administration import PARTS, Part


class BannersConfig(AppConfig):
    """`banners`: its name in the registry of apps and before the names of its tables."""

    name = "kopir.banners"
    label = "banners"

    def ready(self) -> None:
        """Bring what stands over pages to their frame; tell the rooms below of its table."""
        from kopir.audit.queries import register_words
        from kopir.design.urgent import SOURCES
        from kopir.pagecache.tables import tagged

        from .deeds import ACTIONS, KINDS
        from .models import Banner
        from .queries import list_urgent

        tagged(Banner)
        register_words(ACTIONS, KINDS)
        SOURCES.add("banners", list_urgent)
        PARTS.add("banners:list", BANNERS)


BANNERS = Part(_("Urgent banners"), _("A word over all pages: a flood, a closed border"))
