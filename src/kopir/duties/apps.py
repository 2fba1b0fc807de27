"""The room as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from kopir.base.administration import PARTS, Part


class DutiesConfig(AppConfig):
    """`duties`: its name in the registry of apps and before the names of its tables."""

    name = "kopir.duties"
    label = "duties"

    def ready(self) -> None:
        """Register the nightly work, the words of the record and the tables; be a part of the administration."""
        from kopir.audit.queries import register_words
        from kopir.duties import tasks  # noqa: F401 - decorators register
        from kopir.duties.deeds import ACTIONS, KINDS
        from kopir.duties.linking import list_links
        from kopir.duties.models import PackVersion, Score
        from kopir.pagecache.tables import constant, tagged
        from kopir.websites.footer import FOOTER

        register_words(ACTIONS, KINDS)
        tagged(Score)
        constant(PackVersion)
        FOOTER.add("duties", list_links)
        PARTS.add("duties:manage", DUTIES)


DUTIES = Part(_("Duties of websites"), _("What law asks of each website, how it stands, and what to repair"))
