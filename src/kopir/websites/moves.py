"""What a page leaves behind when its address changes or it is deleted: a redirect for each page that was ever public.

Wagtail moves pages by its own statements and tells by a signal within the transaction; changed slugs come through
`SitePage`. Both end here, so that no door of the administration leaves a dead link.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextvars import ContextVar
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from wagtail.actions.delete_page import DeletePageAction
from wagtail.models import Page
from wagtail.signals import post_page_move, pre_page_move

from kopir.base import clock
from kopir.pagecache.actions import spare, touch
from kopir.websites import tags
from kopir.websites.models.base import SitePage
from kopir.websites.models.website import Redirect
from kopir.websites.sharing import check_unused
from kopir.websites.staleness import Row, note_change, read_rows

_ROWS: Final[ContextVar[Mapping[int, Row]]] = ContextVar("rows of pages before a move")


def connect() -> None:
    """Listen to moves, from the start of the program on."""
    pre_page_move.connect(_before_move, dispatch_uid="kopir.websites.moves.before")
    post_page_move.connect(_on_move, dispatch_uid="kopir.websites.moves")
    DeletePageAction._delete_page = _delete_noted  # noqa: SLF001 - its administration asks no `delete` of a page


def note_move(old: str, new: str, now: datetime) -> None:
    """Lead from every address below `old` to the page that now stands at the same place below `new`.

    Both are `url_path`s of the same page in the same website; what was never public leaves nothing.
    """
    if old == new:
        return
    moved = SitePage.objects.filter(url_path__startswith=new, first_published_at__isnull=False)
    pages = list(moved.select_related("website"))
    lead = [(page, old + page.url_path[len(new) :]) for page in pages]
    _write(lead, now)
    _clear(page.url_path for page in pages)


def note_deletion(pages: Iterable[SitePage], now: datetime) -> None:
    """Let the addresses of pages that go say that they are gone (410), and those that led to them."""
    pages = list(pages)
    spare(tags.REDIRECT)
    for former in Redirect.objects.filter(page__in=pages).select_related("website"):
        touch(tags.at(f"/{former.language}/{former.website.slug}/{former.path}/"), hard=True)
    for page in pages:
        if page.first_published_at is not None:
            language, path = split(page.url_path)
            Redirect.objects.update_or_create(
                website_id=page.website_id, language=language, path=path, defaults={"page": None, "created_at": now}
            )


def split(url_path: str) -> tuple[str, str]:
    """The language and the path within the website: "/kk/water/news/a/" -> ("kk", "news/a")."""
    _empty, language, _site, rest = url_path.split("/", 3)
    return language, rest.rstrip("/")


def _write(lead: Sequence[tuple[SitePage, str]], now: datetime) -> None:
    rows = []
    for page, address in lead:
        language, path = split(address)
        rows.append(Redirect(website_id=page.website_id, language=language, path=path, page=page, created_at=now))
    touch(*(tags.at(address) for _page, address in lead))
    spare(tags.REDIRECT)
    Redirect.objects.bulk_create(
        [row for row in rows if row.path],
        update_conflicts=True,
        unique_fields=["website", "language", "path"],
        update_fields=["page", "created_at"],
    )


def _clear(addresses: Iterable[str]) -> None:
    """Forget what once led away from an address where a page stands again."""
    for url_path in addresses:
        language, path = split(url_path)
        spare(tags.REDIRECT)  # a page stands there: nobody asks what led away
        Redirect.objects.filter(language=language, path=path, website__slug=url_path.split("/", 3)[2]).delete()


def _before_move(instance: Page, **_others: Any) -> None:  # noqa: ANN401
    """Keep the rows as they were for `_on_move`; Wagtail sends both about one object of a move."""
    _ROWS.set(read_rows(path__startswith=instance.path))


def _on_move(sender: Any, url_path_before: str, url_path_after: str, **_others: Any) -> None:  # noqa: ANN401
    before = _ROWS.get()
    _ROWS.set({})  # a website's worth of rows is nothing to keep until the thread moves another page
    note_change(before, read_rows(pk__in=list(before)))
    note_move(url_path_before, url_path_after, clock.now())


_delete = DeletePageAction._delete_page  # noqa: SLF001 - it has no signal that comes before all


def _delete_noted(self: DeletePageAction, page: Page, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - Wagtail's
    """Wagtail's one way to delete a page, whoever asks: leave word at its addresses and at all below it.

    Raises SharedInUseError.
    """
    with transaction.atomic():
        check_unused(page)
        note_change(read_rows(path__startswith=page.path), {})
        note_deletion(SitePage.objects.descendant_of(page, inclusive=True), clock.now())
        return _delete(self, page, *args, **kwargs)
