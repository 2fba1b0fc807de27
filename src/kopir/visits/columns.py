"""How often each page of a list in the administration was read: one question for the whole list."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import NumberColumn
from wagtail.models import Page

from kopir.visits.queries import count_page_views
from kopir.websites.models import Website


class ViewsColumn(NumberColumn):  # type: ignore[misc]  # Wagtail has no types
    """The numbers of the last days, for the pages of one website; made for one list."""

    def __init__(self, website: Website, today: date) -> None:
        super().__init__("views", label=_("Page views in the last 30 days"), width="12%")
        self._website, self._today = website, today
        self._counts: dict[int, int] | None = None

    def get_cell_context_data(self, instance: Page, parent_context: Any) -> Any:  # noqa: ANN401 - Wagtail's
        """As Wagtail, after all pages of the list were counted."""
        if self._counts is None:
            pages = [page.pk for page in parent_context["table"].data]
            self._counts = count_page_views(self._website, pages, self._today)
        return super().get_cell_context_data(instance, parent_context)

    def get_value(self, instance: Page) -> int:
        """The number of this page."""
        return (self._counts or {}).get(instance.pk, 0)
