"""Scores of all websites as JSON: what the pages on duties show, and what they were in the past. Reading only."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.http import HttpRequest
from ninja import NinjaAPI, Schema

from kopir.duties import queries
from kopir.duties.models import Score
from kopir.duties.packs import pack_from

LONGEST_HISTORY: Final = 400

api = NinjaAPI(
    title="Kopir: duties of websites",
    version="1-duties",
    description="What law asks of the websites of state bodies, and how each stands. No key is needed.",
    docs_url=None,
    openapi_url="openapi.json",
    urls_namespace="open_duties",
)


class Standing(Schema):
    """What a website had on a day, of what could be checked; `percent` is null where nothing could."""

    site: str
    body: str
    day: date
    pack: str
    points: int
    possible: int
    percent: int | None


class Duty(Schema):
    """A clause, and how a website stands: passed, failed or unknown; one that is unsure is not counted."""

    code: str
    texts: dict[str, str]
    source: dict[str, str]
    link: str
    place: str
    level: str
    check: str
    params: dict[str, Any]
    is_unsure: bool
    state: str
    defects: int


class WholeStanding(Standing):
    """The newest standing of a website with every clause, and what it had before."""

    duties: list[Duty]
    history: list[Standing]


@api.get("/sites", response=list[Standing])
def list_standings(request: HttpRequest) -> list[Standing]:
    """The newest standing of every open website."""
    return [Standing(**_facts(score)) for score in queries.list_newest().order_by("website__slug")]


@api.get("/sites/{slug:site}", response=WholeStanding)
def get_standing(request: HttpRequest, site: str) -> WholeStanding:
    """One website."""
    score = queries.get_newest(site)
    history = [Standing(**_facts(each)) for each in queries.list_history(score.website_id)[:LONGEST_HISTORY]]
    return WholeStanding(**_facts(score), duties=_duties(score), history=history)


def _facts(score: Score) -> dict[str, Any]:
    return {
        "site": score.website.slug,
        "body": score.website.body.slug,
        "day": score.on,
        "pack": score.pack.version,
        "points": score.points,
        "possible": score.possible,
        "percent": score.percent,
    }


def _duties(score: Score) -> list[Duty]:
    pack = pack_from(score.pack.content)
    return [
        Duty(
            code=clause.code,
            texts=dict(clause.texts),
            source=dict(pack.sources[clause.source].names),
            link=pack.sources[clause.source].link,
            place=clause.place,
            level=clause.level,
            check=clause.check,
            params=dict(clause.params),
            is_unsure=clause.is_unsure,
            state=score.results[clause.code]["state"],
            defects=score.results[clause.code]["count"] if score.results[clause.code]["state"] == "failed" else 0,
        )
        for clause in pack.clauses
    ]
