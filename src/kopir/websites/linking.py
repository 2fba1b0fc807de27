"""What a page refers to, wherever it stands: fields, blocks, links in texts; and what of it is another website's."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.contenttypes.models import ContentType
from django.utils.html import escape
from wagtail.models import Collection, Page, ReferenceIndex
from wagtail.rich_text.pages import PageLinkHandler

from kopir.websites.belonging import belongs, linkable
from kopir.websites.errors import ForeignThingError
from kopir.websites.models import SiteDocument, SiteImage, SitePage
from kopir.websites.rights import Rights

KINDS: dict[type, str] = {SiteImage: "image", SiteDocument: "document", Collection: "collection", Page: "target"}
"""Which kind of thing each model is for `belonging`; what is no model of these is not judged here."""

LIMIT_COUNTED: Final = 10_000
"""How many pages that refer to one thing are counted; databases take no more than about 30,000 values at once."""


_find_references_to = ReferenceIndex.get_references_to


class ShownPageLink(PageLinkHandler):
    """Links in texts: what is not shown, or not yet, is named nowhere, not even by its address; the words stay."""

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, Any]]) -> list[str]:
        """The opening tags, with an address for those pages that the public may see."""
        return [cls._open_tag(page) for page in cls.get_many(attrs_list)]

    @staticmethod
    def _open_tag(page: Page | None) -> str:
        target = page.localized if page is not None else None
        if not isinstance(target, SitePage) or not target.is_shown:
            return "<a>"
        return f'<a href="{escape(target.url)}">'


def list_references(page: SitePage) -> frozenset[tuple[str, str]]:
    """Kind and number of everything that the page, as it stands in memory, refers to."""
    extracted: Any = ReferenceIndex._extract_references_from_object(page)  # noqa: SLF001 - the one way without saving
    found = set()
    for content_type_id, object_id, _model_path, _content_path in extracted:
        kind = kind_of(ContentType.objects.get_for_id(content_type_id).model_class() or object)
        if kind:
            found.add((kind, str(object_id)))
    return frozenset(found)


def find_references_to(thing: Any, rights: Rights | None) -> Any:  # noqa: ANN401 - any model; a queryset of Wagtail's
    """Where a thing is referred to, as far as the person may know: by one's own pages, and by shown ones of others."""
    found = _find_references_to(thing)
    if rights is None:
        return found
    found = found.filter(base_content_type=ContentType.objects.get_for_model(Page))
    ids = sorted({int(pk) for pk in found.values_list("object_id", flat=True)})
    known: list[str] = []
    for start in range(0, len(ids), LIMIT_COUNTED):  # what refers to it is few; the pages of a country are many
        some = linkable(rights).filter(pk__in=ids[start : start + LIMIT_COUNTED])
        known += map(str, some.values_list("pk", flat=True))
    return found.filter(object_id__in=known[:LIMIT_COUNTED])


def kind_of(model: type) -> str:
    """Which kind of thing for `belonging` the model is; "" for what is not judged."""
    return next((kind for known, kind in KINDS.items() if issubclass(model, known)), "")


def check_references(page: SitePage, before: frozenset[tuple[str, str]], rights: Rights) -> None:
    """Raise ForeignThingError where the page refers to what belongs to another website and was not there `before`.

    Nobody is offered such a thing, so that who sends it has written the request by hand: nothing of it is shown again.
    """
    for kind, pk in sorted(list_references(page) - before):
        if not belongs(rights, kind, pk):
            raise ForeignThingError(kind=kind, pk=pk)


def is_visible(thing: Any, rights: Rights | None) -> bool:  # noqa: ANN401 - any model
    """Whether a form of the administration may name a thing; outside of it (`rights` None) there is nothing to hide."""
    kind = kind_of(type(thing))
    return rights is None or not kind or belongs(rights, kind, thing.pk)
