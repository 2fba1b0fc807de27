"""Makes the websites of the demonstration and fills them with what `sites` holds. Goes through actions, as the system.

A website that is there is left alone, so that a second start undoes nothing that people have written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any, Final, TypeVar

from django.db import transaction

from kopir.base.actors import Actor
from kopir.bodies.queries import get_body
from kopir.demo.blocks import Block, as_html, as_items, inset, paragraphs
from kopir.demo.piece_seeding import make_pieces, put_ahead
from kopir.demo.sites import (
    Document,
    News,
    Piece,
    Site,
    Texts,
    Words,
    read_kept,
    read_news,
    read_pieces,
    read_shared,
    read_sites,
)
from kopir.websites.actions import create_websites
from kopir.websites.actions.filling import NewPage, Text, fill_website
from kopir.websites.models import DocumentPage, NewsPage, SharedPage, SharedWith, Website
from kopir.websites.packs import read_template
from kopir.websites.queries import list_websites

SHARED: Final = {
    "about/structure": "structure",
    "about/appointments": "appointments",
    "documents": "documents",
    "documents/drafts": "drafts",
    "openness/public-information": "public-information",
    "openness/budget": "budget",
    "openness/open-data": "open-data",
    "openness/anti-corruption": "anti-corruption",
    "citizens/appeals": "appeals",
    "citizens/vacancies": "vacancies",
    "accessibility": "accessibility",
}
"""Pages of the templates, by the text that all bodies share."""
PLACES: Final = {"draft": "documents/drafts", "adopted": "documents", "repealed": "documents/archive"}
"""Where a document stands, by its state."""
MORNING: Final = time(9, tzinfo=UTC)
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class SeededSites:
    """What a seeding brought: websites, and pages with texts of their own; both 0 where all was there."""

    websites: int
    pages: int


@transaction.atomic
def seed_sites(country: str, actor: Actor, now: datetime) -> SeededSites:
    """Make the websites of a country that are not there yet, with all that stands on them."""
    known = set(list_websites().values_list("body__slug", flat=True))
    sites = [site for site in read_sites(country) if site.body not in known]
    if not sites:
        return SeededSites(0, 0)
    keeper, showing = read_kept().kept_by[country], read_kept().shown_by[country]
    sites.sort(key=lambda site: site.body != keeper)  # its text is there before others show it
    wanted = [(get_body(site.body), site.body, site.template) for site in sites]
    websites = create_websites(sites=wanted, actor=actor, now=now)
    pages = 0
    for site, website in zip(sites, websites, strict=True):
        news = [_news(one) for one in read_news(country) if one.body == site.body]
        documents = [_document(document, website, now) for document in site.documents]
        pieces = read_pieces(country, site.body, tuple(site.words))
        more = [*make_pieces(pieces, website, actor, now), *([_kept(site)] if site.body == keeper else [])]
        places = _find_places(keeper) if site.body in showing else []
        texts = list(_list_texts(site, website, pieces, places))
        pages += fill_website(website=website, texts=texts, pages=[*documents, *news, *more], actor=actor, now=now)
    return SeededSites(len(websites), pages)


def _list_texts(site: Site, website: Website, pieces: Sequence[Piece], places: Sequence[Block]) -> Iterator[Text]:
    """Each section: what its template says becomes the lead, and what the body says stands below it.

    `places`, for what others keep, stand below the services. A division with a page of its own is listed by the
    section, and so not named in its text.
    """
    bodies = {path: _shared(section, website) for path, section in SHARED.items()}
    for language, words in site.words.items():
        named = {piece.words[language]["title"] for piece in pieces if piece.kind == "division"}
        rest = [division for division in words.divisions if division not in named]
        bodies["about/structure"][language] += [{"type": "paragraph", "value": as_items(rest)}]
    bodies["about"] = _each(site, lambda words: paragraphs(words.about))
    bodies["activities"] = _each(site, lambda words: paragraphs(words.activities))
    bodies["services"] = _each(site, lambda words: [*paragraphs(words.services), *places])
    bodies["citizens/questions"] = _each(site, lambda words: [_questions(words)])
    for page in read_template(site.template).pages:
        path = f"{page.parent}/{page.slug}".strip("/")
        if page.kind == "section":
            fields = {code: {"summary": page.texts[code]} for code in site.words}
            yield Text(path, {code: {**fields[code], "body": bodies.get(path, {}).get(code, [])} for code in fields})
    yield Text("", {code: {"summary": words.lead} for code, words in site.words.items()})
    yield Text("contacts", _each(site, lambda words: {"body": paragraphs(words.contacts)}))
    yield Text("about/management/head", {code: _head(words, website, code) for code, words in site.words.items()})


def _head(words: Words, website: Website, language: str) -> dict[str, Any]:
    """The post of who leads the body: a post has no name."""
    post = website.body.head.get(language)
    return {"duties": as_items(words.duties), "reception": words.reception} | ({"title": post} if post else {})


def _document(document: Document, website: Website, now: datetime) -> NewPage:
    fields = {
        language: {
            "title": title,
            "number": document.number,
            "dated_on": document.on,
            "state": document.state,
            **put_ahead({"discussed_until": document.discussed_until}, now),
            "signatory": website.body.head.get(language, ""),
            "body": [*paragraphs(document.texts[language]), inset(read_shared().note[language])],
            "first_published_at": datetime.combine(document.on, MORNING),
        }
        for language, title in document.titles.items()
    }
    return NewPage(DocumentPage, PLACES[document.state], f"{document.on}-{_number(document)}", fields)


def _number(document: Document) -> str:
    """The digits of a document's number: an address is Latin."""
    return "".join(sign for sign in document.number if sign.isdigit())


def _news(news: News) -> NewPage:
    source = read_shared().sources[news.source]
    fields = {
        language: {
            "title": title,
            "summary": news.summaries[language],
            "happened_on": news.on,
            "body": [*paragraphs(news.texts[language]), inset(source[language])],
            "first_published_at": datetime.combine(news.on, MORNING),
        }
        for language, title in news.titles.items()
    }
    return NewPage(NewsPage, "news", f"{news.on:%Y}-{news.slug}", fields)


def _kept(site: Site) -> NewPage:
    """The page of the text that this body keeps and others show."""
    kept, note = read_kept(), read_shared().sources["platform"]
    fields = {
        language: {
            "title": kept.titles[language],
            "shared_with": SharedWith.COUNTRY,
            "body": [*paragraphs(kept.texts[language]), inset(note[language])],
            "first_published_at": datetime.combine(kept.on, MORNING),
        }
        for language in site.words
    }
    return NewPage(SharedPage, "citizens", kept.slug, fields)


def _find_places(keeper: str) -> list[Block]:
    """The place for the text of this body, if it is there."""
    found = SharedPage.objects.filter(website__body__slug=keeper, slug=read_kept().slug).defer("body").first()
    return [{"type": "shared", "value": str(found.translation_key)}] if found else []


def _shared(section: str, website: Website) -> dict[str, list[Block]]:
    names: Texts = website.body.short_names or website.body.names
    texts = read_shared().sections[section]
    return {language: paragraphs(texts[language].strip().format(name=name)) for language, name in names.items()}


def _each(site: Site, make: Callable[[Words], Made]) -> dict[str, Made]:
    return {language: make(words) for language, words in site.words.items()}


def _questions(words: Words) -> Block:
    items: list[Mapping[str, str]] = [
        {"question": one.question, "answer": as_html(one.answer)} for one in words.questions
    ]
    return {"type": "questions", "value": {"items": items}}
