"""Bodies as search finds them: a document in each language in which a body has a name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from django.urls import reverse
from django.utils.translation import override

from kopir.bodies import queries
from kopir.bodies.models import Body
from kopir.search.registry import Document, Source

NAME: Final = "bodies.body"
KIND: Final = "body"
REGION: Final = "region"


def load(keys: Sequence[str]) -> Iterable[Document]:
    """The documents of these bodies; the languages of the portal alone."""
    languages = queries.get_country().language_codes
    for body in queries.list_bodies(ids=map(int, keys)).select_related("region", "region__parent"):
        for language in languages:
            if body.names.get(language):
                yield _make(body, language)


def visible(keys: Collection[str]) -> set[str]:
    """Those that are not closed."""
    found = queries.list_bodies(ids=[int(key) for key in keys]).values_list("pk", flat=True)
    return {str(number) for number in found}


def list_ids() -> Iterable[str]:
    """All that are not closed."""
    return map(str, queries.list_bodies().order_by("pk").values_list("pk", flat=True))


SOURCE: Final = Source(NAME, load, visible, list_ids)


def _make(body: Body, language: str) -> Document:
    region = body.region
    places = [place.names.get(language, "") for place in (region, region and region.parent) if place]
    more = (body.short_names, body.head, body.postal_address)
    with override(language):
        address = reverse("bodies:body", args=[body.slug])
    return Document(
        key=str(body.pk),
        language=language,
        site=None,
        kind=KIND,
        title=body.names[language],
        address=address,
        summary=body.duties.get(language, ""),
        text=". ".join(filter(None, [*(texts.get(language, "") for texts in more), *places, body.code])),
        facets={REGION: [places[-1]]} if places and places[-1] else {},
    )
