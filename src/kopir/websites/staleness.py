"""Says what a write of a page makes stale, and has it found anew. Every way in which a page is written ends here.

Wagtail's administration, its schedule and our actions all save pages as objects, move them by `post_page_move` and
delete them as objects; each of these calls in within its transaction. What writes past all of them is seen by the
guard of `pagecache`, which then purges every page that read the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from django.contrib.contenttypes.models import ContentType

from kopir.base.jobs import enqueue
from kopir.pagecache.actions import spare, touch
from kopir.pagecache.tagged import tags_of
from kopir.search.actions import changed
from kopir.websites import tags

if TYPE_CHECKING:
    from kopir.bodies.events import BodyChanged
    from kopir.websites.models import SiteDocument, SiteImage

SOURCE: Final = "websites.page"
RENDITIONS: Final = "websites.renditions"
"""The job that makes the pictures of a page in the sizes in which they are missing."""
Row = Mapping[str, Any]
_COLUMNS: Final = (
    "pk",
    "live",
    "path",
    "depth",
    "url_path",
    "website_id",
    "locale_id",
    "translation_key",
    "show_in_menus",
)


def read_rows(**narrowed: object) -> dict[int, Row]:
    """The rows of pages as they stand, with their place in listings."""
    from kopir.websites.models import SitePage

    places = _places()
    columns = [column for own in places.values() for column in own]
    found = SitePage.objects.filter(**narrowed).values(*_COLUMNS, "content_type_id", *columns)
    return {row["pk"]: {**row, **_place_of(row, places)} for row in found}


def _places() -> dict[str, list[str]]:
    """By the name of each listing the columns on which the place of a page depends, as seen from `SitePage`."""
    from kopir.websites.models import list_listed

    return {
        name: [f"{model._meta.model_name}__{field}" for field in model.listed.place]  # noqa: SLF001 - Django's own way
        for name, model in list_listed().items()
        if model.listed
    }


def _place_of(row: Row, places: Mapping[str, list[str]]) -> Row:
    model: Any = ContentType.objects.get_for_id(row["content_type_id"]).model_class()
    listed = getattr(model, "listed", None)
    if listed is None:
        return {"listed": "", "place": ()}
    return {"listed": listed.name, "place": tuple(row[column] for column in places[listed.name])}


def note_change(before: Mapping[int, Row], after: Mapping[int, Row]) -> None:
    """Touch what differs between two states of the same pages, and have them read again for search.

    What was never shown and is not shown now, a draft, is on no page.
    """
    stale: set[str] = set()
    gone: set[str] = set()
    shown: set[int] = set()
    for pk in before.keys() | after.keys():
        old, new = before.get(pk), after.get(pk)
        was, is_now = bool(old and old["live"]), bool(new and new["live"])
        if not (was or is_now):
            continue
        shown.add(pk)
        lists_before = tags.listings_of(old) if old else frozenset()
        lists_after = tags.listings_of(new) if new else frozenset()
        stale |= {tag for tag, _place in lists_before ^ lists_after}
        (stale if is_now else gone).add(tags.page(pk))
    if gone:
        touch(*gone, *stale, hard=True)
    elif stale:
        touch(*stale)
    spare(tags.PAGE)
    if shown:
        changed(SOURCE, shown | _users_of([{**before, **after}[pk] for pk in shown]))


def note_file(thing: SiteImage | SiteDocument, *, is_gone: bool = False) -> None:
    """Touch the pages that show a picture or a file; of a picture with a new file the sizes are made anew."""
    from kopir.websites.models import SiteImage

    touch(*tags_of(thing), hard=is_gone)
    if is_gone:
        spare(tags.PAGE)  # pages that named it carry its tag
    elif isinstance(thing, SiteImage):
        used = thing.uses.values_list("page", flat=True).first()
        if used is not None:
            enqueue(RENDITIONS, page=used)


def note_website(website_id: int, slugs: Iterable[str], *, hard: bool = False) -> None:
    """Touch everything of a website: its name in addresses, its domain or its state has changed."""
    named = [tags.website_at(slug) for slug in slugs]
    touch(f"websites.website:{website_id}", tags.WEBSITES, *named, hard=hard)
    pages = read_rows(website=website_id, live=True)
    changed(SOURCE, pages.keys() | _users_of(pages.values()))


def note_body(event: BodyChanged) -> None:
    """Have the pages found anew that show a text for the bodies below its keeper: a body may stand elsewhere now.

    What is stale needs no word of ours: such pages carry the tags of both bodies.
    """
    from kopir.websites.models import SharedPage, SharedWith
    from kopir.websites.sharing import find_users

    keys = SharedPage.objects.filter(shared_with=SharedWith.BELOW).values_list("translation_key", flat=True)
    if users := find_users({*keys}):
        changed(SOURCE, users)


def _users_of(rows: Iterable[Row]) -> set[int]:
    """The pages that show those of these that are shared texts: search finds them by its words."""
    from kopir.websites.models import SharedPage
    from kopir.websites.sharing import find_users

    shared = ContentType.objects.get_for_model(SharedPage).pk
    return find_users([row["translation_key"] for row in rows if row["content_type_id"] == shared])
