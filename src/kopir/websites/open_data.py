"""The public content of all websites as JSON: stable ids, filters that work, an OpenAPI description. Reading only.

A content is one thing in several languages: its id is the same in each. Nothing is here that the pages do not show.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Final
from uuid import UUID

from django.db.models import DateTimeField, Q
from django.http import HttpRequest
from django.utils.html import strip_tags
from ninja import NinjaAPI, Query, Schema
from ninja.errors import HttpError
from pydantic import AfterValidator, Field

from kopir.bodies.queries import get_country
from kopir.websites import addresses, queries
from kopir.websites.facts import list_facts
from kopir.websites.models import SitePage, WebsiteState, list_types
from kopir.websites.sharing import list_shared

PAGE_SIZE: Final = 50
LARGEST_PAGE: Final = 200

api = NinjaAPI(
    title="Kopir: websites of state bodies",
    version="1",
    description="Everything that the websites of this portal show to the public. No key is needed.",
    docs_url=None,
    openapi_url="openapi.json",
    urls_namespace="open_data",
)


def list_kinds() -> dict[str, type[SitePage]]:
    """By their names the types of contents: "news", "event"."""
    return {(model._meta.model_name or "").removesuffix("page"): model for model in list_types()}  # noqa: SLF001


def _check_kind(kind: str) -> str:
    """The name of a kind. Raises ValueError for another."""
    if kind and kind not in list_kinds():
        raise ValueError(f"unknown kind; known: {', '.join(list_kinds())}")
    return kind


Kind = Annotated[str, AfterValidator(_check_kind), Field(json_schema_extra={"enum": [*list_kinds()]})]
"""What a content is."""

Word = Annotated[str, Field(pattern=r"^[^\x00]*$")]
"""What the database can be asked for: PostgreSQL refuses the zero sign."""


class Site(Schema):
    """A website."""

    id: str
    body: str
    names: dict[str, str]
    address: str


class Content(Schema):
    """A content in one language."""

    id: UUID
    site: str
    language: str
    kind: Kind
    title: str
    summary: str
    address: str
    published_at: datetime | None
    changed_at: datetime | None


class WholeContent(Content):
    """A content in one language with its text and what its kind has; `formats` are its addresses as "csv" or "ics"."""

    text: str
    formats: dict[str, str]
    facts: dict[str, str | list[dict[str, str]] | None]
    languages: dict[str, str]


class Contents(Schema):
    """One page of a list; `next` is the number of the page that follows."""

    count: int
    next: int | None
    items: list[Content]


class Filters(Schema):
    """All of them narrow; those that are left out do not.

    `state`, `day_from` and `day_to` ask for what one kind has: whether an act is adopted, when an event begins.
    """

    site: Word = ""
    language: Word = ""
    kind: Kind | None = None
    state: Word = ""
    day_from: date | None = None
    day_to: date | None = None
    published_from: date | None = None
    published_to: date | None = None
    changed_since: datetime | None = None
    page: Annotated[int, Field(ge=1, le=10_000)] = 1
    size: Annotated[int, Field(ge=1, le=LARGEST_PAGE)] = PAGE_SIZE


@api.get("/sites", response=list[Site])
def list_sites(request: HttpRequest) -> list[Site]:
    """All open websites."""
    found = queries.list_websites().filter(state=WebsiteState.OPEN)
    return [
        Site(
            id=website.slug,
            body=website.body.slug,
            names=website.body.names,
            address=addresses.host_of(website) + ("/" if website.own_host else f"/{website.slug}/"),
        )
        for website in found
    ]


@api.get("/contents", response=Contents)
def list_contents(request: HttpRequest, filters: Query[Filters]) -> Contents:
    """Contents, the newest first; unknown parameters are refused, so that a slip is not taken for an empty answer."""
    if unknown := sorted(set(request.GET) - set(Filters.model_fields)):
        raise HttpError(422, f"unknown: {', '.join(unknown)}; known: {', '.join(Filters.model_fields)}")
    found = queries.list_shown().filter(_narrow(filters)).order_by("-first_published_at", "-pk")
    count, first = found.count(), (filters.page - 1) * filters.size
    rows = found.select_related("content_type")[first : first + filters.size]
    return Contents(
        count=count,
        next=filters.page + 1 if first + filters.size < count else None,
        items=[Content(**_facts(page)) for page in rows],
    )


@api.get("/contents/{uuid:content_id}/{language}", response=WholeContent)
def get_content(request: HttpRequest, content_id: UUID, language: str) -> WholeContent:
    """One content in one language."""
    found = {page.url_path.split("/", 2)[1]: page for page in queries.list_shown().filter(translation_key=content_id)}
    if language not in found:
        raise HttpError(404, "no such content in this language")
    page: SitePage = found[language].specific
    return WholeContent(
        **_facts(page),
        text=_text(page),
        formats={name: addresses.full_address_of(page) + tail for name, tail in page.formats.items()},
        facts=list_facts(page),
        languages={code: addresses.full_address_of(other) for code, other in sorted(found.items())},
    )


def _narrow(filters: Filters) -> Q:
    narrowed = Q()
    if filters.site:
        narrowed &= Q(website__slug=filters.site)
    if filters.language:
        narrowed &= Q(locale__language_code=filters.language)
    if filters.kind:
        narrowed &= Q(content_type__app_label="websites", content_type__model=f"{filters.kind}page")
    narrowed &= _narrow_by_facts(filters)
    if filters.published_from:
        narrowed &= Q(first_published_at__date__gte=filters.published_from)
    if filters.published_to:
        narrowed &= Q(first_published_at__date__lte=filters.published_to)
    if filters.changed_since:
        since = filters.changed_since
        if since.tzinfo is None:
            since = since.replace(tzinfo=get_country().zone)
        narrowed &= Q(last_published_at__gte=since)
    return narrowed


def _narrow_by_facts(filters: Filters) -> Q:
    """By what only this kind has. Raises HttpError where it has not."""
    model = list_kinds().get(filters.kind or "")
    narrowed = Q()
    for name, value, field, lookup in (
        ("state", filters.state, "state" if model and "state" in model.facets else "", ""),
        ("day_from", filters.day_from, model.day if model else "", "gte"),
        ("day_to", filters.day_to, model.day if model else "", "lte"),
    ):
        if not value:
            continue
        if model is None or not field:
            raise HttpError(422, f"{name}: name a kind that has it")
        is_instant = isinstance(model._meta.get_field(field), DateTimeField)  # noqa: SLF001 - Django's own
        path = "__".join(part for part in (field, "date" if lookup and is_instant else "", lookup) if part)
        narrowed &= Q(pk__in=model.objects.filter(**{path: value}).values("pk"))
    return narrowed


def _facts(page: SitePage) -> dict[str, Any]:
    return {
        "id": page.translation_key,
        "site": page.website.slug,
        "language": page.url_path.split("/", 2)[1],
        "kind": page.content_type.model.removesuffix("page"),
        "title": page.title,
        "summary": page.summary,
        "address": addresses.full_address_of(page),
        "published_at": page.first_published_at,
        "changed_at": page.last_published_at,
    }


def _text(page: SitePage) -> str:
    """The words of the page's blocks, a line for each, and those of shared texts that it shows."""
    body = getattr(page, "body", None)
    lines = [strip_tags(part).strip() for part in body.stream_block.get_searchable_content(body)] if body else []
    lines += [_text(item) for item in list_shared(page)]
    return "\n".join(line for line in lines if line)
