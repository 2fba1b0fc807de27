"""What the demonstration adds to a country's pack, read from `data/`: invented people, colors, letters."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

DATA: Final = Path(__file__).with_name("data")
WHO: Final = ("operator", "editor", "auditor", "citizen")
"""The people of each country, by what they show."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to sign in as; `body` is the slug of the body for which the roles hold, "" for the platform."""

    who: str
    name: str
    language: str
    roles: tuple[str, ...] = ()
    body: str = ""


@dataclass(frozen=True, slots=True)
class Theme:
    """The look of a body: its slug, its colors as `bodies` takes them, and the name of a plain logo."""

    body: str
    colors: Mapping[str, str]
    logo: str

    def read_logo(self) -> bytes:
        """The logo as SVG."""
        return (DATA / "logos" / f"{self.logo}.svg").read_bytes()


@dataclass(frozen=True, slots=True)
class Content:
    """All for one country; `colors` are those of its portal."""

    colors: Mapping[str, str]
    people: tuple[Person, ...]
    themes: tuple[Theme, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """A letter in one language."""

    subject: str
    text: str


def read_content(country: str) -> Content:
    """The content for a country, named as its pack that ships."""
    told = _read(f"{country}.toml")
    people = (
        Person(one["who"], one["name"], one["language"], tuple(one.get("roles", ())), one.get("body", ""))
        for one in told["person"]
    )
    themes = (Theme(one.pop("body"), logo=one.pop("logo"), colors=one) for one in told["theme"])
    return Content(told["portal"], tuple(people), tuple(themes))


def read_letters(person: Person) -> list[Words]:
    """What waits in the inbox of a person, in their language, the oldest first."""
    told = _read("letters.toml")
    return [Words(**told[about][person.language]) for about in ("everybody", person.who)]


@cache
def read_ribbon() -> Mapping[str, str]:
    """What stands on top of every page of a stand's portal, so that nobody takes it for a state's, by language."""
    told: Mapping[str, str] = _read("letters.toml")["ribbon"]
    return told


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / name).read_text("utf-8"))
