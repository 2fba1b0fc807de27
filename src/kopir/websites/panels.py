"""What the first page of the administration shows: of the acting website alone, where Wagtail's own look everywhere."""

from __future__ import annotations

from typing import Any, Final

from wagtail.admin.ui.components import Component
from wagtail.admin.views.home import WorkflowObjectsToModeratePanel

from kopir.websites.queries import list_drafts, list_stale
from kopir.websites.rights import find_rights
from kopir.websites.sharing import list_bereft

NEWEST: Final = 20


class WorkingForPanel(Component):
    """For which website one works, and the way to another."""

    name = "working_for"
    template_name = "websites/edit/working_for.html"
    order = 10

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:  # noqa: ANN401 - Wagtail's
        """The website of this request."""
        rights = find_rights(parent_context["request"].user)
        return {"website": rights.website if rights else None}


class DraftsPanel(Component):
    """Pages whose newest version is not public, the newest first."""

    name = "drafts"
    template_name = "websites/edit/drafts.html"
    order = 300

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:  # noqa: ANN401 - Wagtail's
        """The newest of them."""
        rights = find_rights(parent_context["request"].user)
        if rights is None:
            return {"pages": []}
        return {"pages": list(list_drafts(rights.website)[:NEWEST])}


class StalePanel(Component):
    """Translations whose original was published since, the longest forgotten first."""

    name = "stale"
    template_name = "websites/edit/stale.html"
    order = 310

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:  # noqa: ANN401 - Wagtail's
        """Those of the acting website, and how many there are."""
        rights = find_rights(parent_context["request"].user)
        if rights is None:
            return {"pages": [], "count": 0}
        found = list_stale(rights.website)
        return {"pages": list(found[:NEWEST]), "count": found.count()}


class BereftPanel(Component):
    """Pages whose shared text is gone: a gap that readers do not see, and that somebody has to fill."""

    name = "bereft"
    template_name = "websites/edit/bereft.html"
    order = 305

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:  # noqa: ANN401 - Wagtail's
        """Those of the acting website."""
        rights = find_rights(parent_context["request"].user)
        return {"pages": list_bereft(rights.website)[:NEWEST] if rights else []}


def waiting_panel() -> Component:
    """What waits for review: Wagtail asks `ReviewTask`, which looks at the acting website alone."""
    return WorkflowObjectsToModeratePanel()
