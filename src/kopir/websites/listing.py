"""Wagtail's list of pages without what would name people of other websites, and without actions on many at once."""

from __future__ import annotations

from typing import ClassVar

from wagtail.admin.views.pages.listing import ExplorableIndexView, GenericPageFilterSet
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.models import Page


class SitePagesFilter(GenericPageFilterSet):
    """By date, type and depth. Wagtail's filters by person offer whoever owns or edited any page of any website."""

    owner = None
    edited_by = None
    site = None

    class Meta:
        model = Page
        fields: ClassVar[list[str]] = []


class SitePagesView(ExplorableIndexView):
    """The list below a page."""

    base_columns = [column for column in ExplorableIndexView.base_columns if column.name != "bulk_actions"]


class SitePages(PageViewSet):
    """Stands in the place of Wagtail's own set of views for pages of any type."""

    model = Page
    index_view_class = SitePagesView
    filterset_class = SitePagesFilter


site_pages = SitePages()
