"""Makes the demonstration's pages of further types, with their files: an event, a tender, a data set, a film."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from kopir.base.actors import Actor
from kopir.demo.blocks import as_html, as_items, inset, paragraphs
from kopir.demo.sites import Piece, read_shared
from kopir.websites.actions.filling import NewPage
from kopir.websites.actions.media import add_file
from kopir.websites.addresses import home_path, host_of
from kopir.websites.models import (
    BudgetPage,
    DatasetPage,
    DivisionPage,
    EventPage,
    PressReleasePage,
    ProjectPage,
    QuestionPage,
    SectionPage,
    ServicePage,
    SiteDocument,
    SitePage,
    TenderPage,
    VacancyPage,
    VideoPage,
    Website,
)

FILES: Final = Path(__file__).with_name("data") / "files"
"""Tables and films; films are silent drawings of bars without letters, `bars.sh` there has drawn them."""
CUE_S: Final = 3
"""So long each subtitle stands, as each bar of a film is the newest."""
MORNING: Final = time(9, tzinfo=UTC)
AHEAD: Final = timedelta(weeks=4)
"""So far ahead, at least, is what is to come: a later stand shows events and terms too."""
RICH: Final = frozenset({"answer", "demands", "duties", "functions", "papers", "tasks", "text"})
"""Fields with paragraphs and lists."""
NOTED: Final = ("body", "answer", "text")
"""Fields below which it stands who has told the facts: the first that a page has."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of pages and the page of the templates below which such pages stand."""

    model: type[SitePage]
    under: str


KINDS: Final[Mapping[str, Kind]] = {
    "press-release": Kind(PressReleasePage, "news"),
    "event": Kind(EventPage, "news/events"),
    "films": Kind(SectionPage, "news"),
    "film": Kind(VideoPage, "news/films"),
    "division": Kind(DivisionPage, "about/structure"),
    "project": Kind(ProjectPage, "activities/programs"),
    "service": Kind(ServicePage, "services"),
    "tender": Kind(TenderPage, "openness/procurement"),
    "budget": Kind(BudgetPage, "openness/budget"),
    "data-set": Kind(DatasetPage, "openness/open-data"),
    "question": Kind(QuestionPage, "citizens/questions"),
    "vacancy": Kind(VacancyPage, "citizens/vacancies"),
}
Keep = Callable[[str, str, bytes], SiteDocument]
"""Keeps a file of the website: title, name, content."""


def make_pieces(pieces: Iterable[Piece], website: Website, actor: Actor, now: datetime) -> Iterator[NewPage]:
    """The pages to be made, those above first. Their files are kept at once, and are nobody's until they are shown."""

    def keep(title: str, name: str, content: bytes) -> SiteDocument:
        return add_file(website=website, title=title, name=name, content=BytesIO(content), actor=actor, now=now)

    for piece in pieces:
        kind = KINDS[piece.kind]
        fields = {language: _fields(piece, website, language, keep, now) for language in piece.words}
        yield NewPage(kind.model, piece.under or kind.under, piece.slug, fields)


def put_ahead(values: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The values, their instants later by whole four weeks where the first is over or near: weekday and hour stay.

    So do days, which tell what was.
    """
    instants = [value for value in values.values() if isinstance(value, datetime)]
    if not instants or min(instants) >= now + AHEAD:
        return dict(values)
    later = -((min(instants) - now - AHEAD) // AHEAD) * AHEAD
    return {name: value + later if isinstance(value, datetime) else value for name, value in values.items()}


def write_subtitles(lines: Sequence[str]) -> str:
    """Subtitles (WebVTT), each of them as long as the others."""
    cues = [f"{_mark(number)} --> {_mark(number + 1)}\n{line}\n" for number, line in enumerate(lines)]
    return "\n".join(["WEBVTT\n", *cues])


def _mark(number: int) -> str:
    minutes, seconds = divmod(number * CUE_S, 60)
    return f"{minutes:02}:{seconds:02}.000"


def _fields(piece: Piece, website: Website, language: str, keep: Keep, now: datetime) -> dict[str, Any]:
    """The fields of the page in a language."""
    words = dict(piece.words[language])
    fields = {"first_published_at": datetime.combine(piece.on, MORNING), **put_ahead(piece.values, now)}
    if piece.kind == "film":
        name = fields.pop("film")
        fields["file"] = keep(str(words["title"]), name, (FILES / name).read_bytes())
        subtitles = write_subtitles(list(words.pop("subtitles"))).encode()
        fields["subtitles"] = keep(str(words["title"]), f"{language}.vtt", subtitles)
    elif piece.kind == "data-set":
        name = fields.pop("data")
        file = keep(str(words.pop("data")), name, (FILES / name).read_bytes())
        fields["files"] = [{"type": "file", "value": {"file": file.pk, "text": ""}}]
    elif piece.kind == "service":
        fields["address"] = f"{host_of(website)}{home_path(website, language)}{fields.pop('at')}/"
    return fields | _texts(words, read_shared().sources[piece.source][language])


def _texts(words: Mapping[str, str | list[str]], note: str) -> dict[str, Any]:
    texts: dict[str, Any] = dict(words)
    for name in RICH & set(texts):
        text = texts[name]
        texts[name] = as_items(text) if isinstance(text, list) else as_html(text)
    place = next((name for name in NOTED if name in texts), None)
    if place == "body":
        texts["body"] = [*paragraphs(str(texts["body"])), inset(note)]
    elif place is not None:
        texts[place] += as_html(note)
    return texts
