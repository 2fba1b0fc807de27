"""What the register answers: a request's target and two headers in; status, headers and body out. No sockets.

Every error is a problem document (RFC 9457) whose `remedy` says what to do next.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from http import HTTPStatus
from importlib.resources import files
from types import MappingProxyType
from urllib.parse import parse_qsl, unquote, urlsplit

from kopir.demo.territory import COUNTRY_NAMES, LEVELS, Place, Territory

Header = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """A GET request: its target as received, its `Accept-Language` and `If-None-Match`, empty where it has none."""

    target: str
    accept_language: str = ""
    if_none_match: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; `headers` include Content-Length."""

    status: int
    headers: tuple[Header, ...]
    body: bytes

    @classmethod
    def of_json(cls, value: object, headers: Iterable[Header] = ()) -> Answer:
        """200 with `value` as JSON in UTF-8, under an entity tag of its bytes."""
        body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        tag = f'"{sha256(body).hexdigest()[:32]}"'
        return cls._made(200, "application/json", body, [*headers, ("ETag", tag)])

    @classmethod
    def problem(cls, status: int, detail: str, remedy: str, headers: Iterable[Header] = ()) -> Answer:
        """An error as RFC 9457 has it, and what to do about it."""
        title = HTTPStatus(status).phrase
        value = {"type": "about:blank", "title": title, "status": status, "detail": detail, "remedy": remedy}
        body = json.dumps(value, ensure_ascii=False).encode()
        return cls._made(status, "application/problem+json", body, headers)

    @classmethod
    def _made(cls, status: int, media_type: str, body: bytes, headers: Iterable[Header]) -> Answer:
        return cls(status, (("Content-Type", media_type), ("Content-Length", str(len(body))), *headers), body)


class _ProblemError(Exception):
    """A request that cannot be answered as asked; carries the answer that says so."""

    def __init__(self, status: int, detail: str, remedy: str) -> None:
        super().__init__(detail)
        self.answer = Answer.problem(status, detail, remedy)


def answer(territory: Territory, question: Question) -> Answer:
    """Answer a GET for `territory`; a 304 where the asker already has these bytes."""
    try:
        reply = _route(territory, question)
    except _ProblemError as problem:
        return problem.answer
    tag = dict(reply.headers)["ETag"]
    held = {part.strip().removeprefix("W/") for part in question.if_none_match.split(",")}
    if tag in held or "*" in held:
        return Answer(304, tuple(header for header in reply.headers if not header[0].startswith("Content-")), b"")
    return reply


def _route(territory: Territory, question: Question) -> Answer:
    parts = urlsplit("//register" + question.target if question.target.startswith("/") else question.target)
    segments = [unquote(segment) for segment in parts.path.split("/")[1:]]
    match segments:
        case ["regions"]:
            return _list_answer(territory, question, _asked(parts.query, {"level", "parent", "lang"}))
        case ["regions", code]:
            return _place_answer(territory, question, code, _asked(parts.query, {"lang"}))
        case ["regions", code, "districts"]:
            _place(territory, code)
            return _list_answer(territory, question, {**_asked(parts.query, {"lang"}), "parent": code})
        case [name] if name in _PAGES:
            return _PAGES[name](territory)
    raise _ProblemError(
        404, f"There is nothing at {parts.path}.", "Ask /regions, or read /openapi.json for what there is."
    )


def _asked(query: str, known: set[str]) -> dict[str, str]:
    """The parameters of `query`, each at most once and each in `known`."""
    asked: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name not in known or name in asked:
            fault = "is given twice" if name in asked else "is not known here"
            raise _ProblemError(
                400, f"The parameter {name!r} {fault}.", f"Use each of these at most once: {_listed(known)}."
            )
        asked[name] = value
    return asked


def _list_answer(territory: Territory, question: Question, asked: Mapping[str, str]) -> Answer:
    level, parent = asked.get("level"), asked.get("parent")
    if level is not None and level not in LEVELS.values():
        raise _ProblemError(400, f"There is no level {level!r}.", f"Use one of these: {_listed(LEVELS.values())}.")
    if parent is not None:
        _place(territory, parent)
    language = _language(territory, question, asked)
    places = [
        _place_json(place, language)
        for place in territory.list_places(parent=parent)
        if level is None or place.level == level
    ]
    value = {"country": territory.country.upper(), "language": language, "count": len(places), "regions": places}
    return Answer.of_json(value, _language_headers(language))


def _place_answer(territory: Territory, question: Question, code: str, asked: Mapping[str, str]) -> Answer:
    place = _place(territory, code)
    language = _language(territory, question, asked)
    return Answer.of_json(_place_json(place, language), _language_headers(language))


def _place(territory: Territory, code: str) -> Place:
    place = territory.places.get(code)
    if place is None:
        country = COUNTRY_NAMES[territory.country]
        raise _ProblemError(404, f"The register of {country} has no code {code!r}.", "GET /regions lists all codes.")
    return place


def _place_json(place: Place, language: str) -> dict[str, object]:
    return {
        "code": place.code,
        "level": place.level,
        "parent": place.parent,
        "iso_3166_2": place.iso_3166_2,
        "name": place.name_in(language),
        "names": dict(place.names),
        "location": None if place.location is None else {"latitude": place.location[0], "longitude": place.location[1]},
    }


def _language(territory: Territory, question: Question, asked: Mapping[str, str]) -> str:
    """`lang` where it is asked, else the best of Accept-Language (RFC 9110 §12.5.4), else the state's own."""
    chosen = asked.get("lang")
    if chosen is None:
        return _negotiate(question.accept_language, territory.languages)
    if chosen not in territory.languages:
        raise _ProblemError(
            400, f"There are no names in {chosen!r}.", f"Use one of these: {_listed(territory.languages)}."
        )
    return chosen


def _negotiate(accept_language: str, languages: tuple[str, ...]) -> str:
    best, best_quality = languages[0], 0.0
    for item in accept_language.split(","):
        tag, _, parameter = item.partition(";")
        language = tag.strip().lower().partition("-")[0]
        try:
            quality = float(parameter.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if language in languages and quality > best_quality:
            best, best_quality = language, quality
    return best


def _language_headers(language: str) -> list[Header]:
    return [("Content-Language", language), ("Vary", "Accept-Language")]


def _health(territory: Territory) -> Answer:
    return Answer.of_json({"status": "ok", "country": territory.country.upper(), "count": len(territory.places)})


@cache
def _description() -> object:
    return json.loads((files("kopir.demo") / "openapi.json").read_text("utf-8"))


def _openapi(_territory: Territory) -> Answer:
    return Answer.of_json(_description())


def _listed(words: Iterable[str]) -> str:
    return ", ".join(sorted(words))


_PAGES: Mapping[str, Callable[[Territory], Answer]] = MappingProxyType({"health": _health, "openapi.json": _openapi})
