"""Wagtail's lists without what would name people or tags of other websites, and without actions on many at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Final

from django.utils.functional import cached_property
from wagtail.admin.auth import require_admin_access
from wagtail.admin.filters import BaseMediaFilterSet
from wagtail.admin.ui.tables import BaseColumn
from wagtail.admin.views.pages.listing import ExplorableIndexView, GenericPageFilterSet
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.documents.views import documents
from wagtail.images.views import images
from wagtail.models import Page

from kopir.base.registry import Registry
from kopir.websites.rights import Rights, find_rights

COLUMNS: Final = Registry[Callable[[Rights], BaseColumn | None]]("column of the list of pages")
"""What higher rooms tell of each page there: a column made anew for each list, None for who may not see it."""


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

    @cached_property
    def explorable_columns(self) -> list[BaseColumn]:
        """Wagtail's, and those of higher rooms before the way to the pages below."""
        rights = find_rights(self.request.user)
        more = [make(rights) for _name, make in COLUMNS] if rights is not None else []
        *first, last = super().explorable_columns
        return [*first, *filter(None, more), last]


class SitePages(PageViewSet):
    """Stands in the place of Wagtail's own set of views for pages of any type."""

    model = Page
    index_view_class = SitePagesView
    filterset_class = SitePagesFilter


site_pages = SitePages()


class NoTags(BaseMediaFilterSet):
    """Wagtail's filter offers the tags of all websites; here nobody gives any."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - a filter's
        super().__init__(*args, **options)
        self.filters.pop("tag", None)


class PicturesFilter(NoTags, images.ImagesFilterSet):
    """Of pictures."""


class FilesFilter(NoTags, documents.DocumentsFilterSet):
    """Of files."""


class PicturesView(images.IndexView):
    """The pictures of the website."""

    filterset_class = PicturesFilter


class FilesView(documents.IndexView):
    """The files of the website."""

    filterset_class = FilesFilter


LISTS: dict[str, Any] = {
    "wagtailimages:index": require_admin_access(PicturesView.as_view()),
    "wagtailimages:index_results": require_admin_access(PicturesView.as_view(results_only=True)),
    "wagtaildocs:index": require_admin_access(FilesView.as_view()),
    "wagtaildocs:index_results": require_admin_access(FilesView.as_view(results_only=True)),
}
"""What answers in the place of Wagtail's lists, by the names of their addresses."""
