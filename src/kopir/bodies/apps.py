"""The room as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from kopir.base.administration import PARTS, Part


class BodiesConfig(AppConfig):
    """`bodies`: its name in the registry of apps and before the names of its tables."""

    name = "kopir.bodies"
    label = "bodies"

    def ready(self) -> None:
        """Put the room's pages among those of the administration; tell the rooms below of its tables."""
        from kopir.audit.queries import register_names, register_words
        from kopir.pagecache.tables import tagged
        from kopir.search import registry as finding

        from . import found
        from .deeds import ACTIONS, KINDS
        from .models import Body, CalendarDay, CalendarVersion, Portal, Region
        from .queries import find_names

        register_names("bodies.body", find_names)
        register_words(ACTIONS, KINDS)
        tagged(Body, Region, Portal, CalendarVersion)
        tagged(CalendarDay, prefix="bodies.calendarversion")
        finding.SOURCES.add(found.NAME, found.SOURCE)
        finding.KINDS.add(found.KIND, _("State bodies"))
        finding.FACETS.add(found.REGION, _("Region"))
        PARTS.add("bodies:manage_bodies", BODIES)
        PARTS.add("bodies:manage_calendar", CALENDAR)
        PARTS.add("bodies:manage_portal", PORTAL)


BODIES = Part(_("State bodies"), _("Names, contacts, look and place of each body"))
CALENDAR = Part(_("Calendar"), _("Days off, and weekends that are worked"))
PORTAL = Part(_("Portal"), _("Its name, colors and where to get help"))
