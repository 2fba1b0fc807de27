"""What the frame of a page is made of: languages to choose, links. Plain values, so any room can fill the frame."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.urls import translate_url
from django.utils.translation import override

from .theme import get_theme_address

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Link:
    """One entry of a navigation; `is_current` for the page or the part where the reader is."""

    text: str
    address: str
    is_current: bool = False


@dataclass(frozen=True)
class Choice:
    """One language or alphabet: its BCP 47 tag, its name in itself, this page in it."""

    tag: str
    name: str
    address: str
    is_current: bool = False


def list_languages(languages: Iterable[tuple[str, str]], address: str, current: str) -> list[Choice]:
    """This page in each language: `languages` as in LANGUAGES, `address` with its query, `current` a language code."""
    return [
        Choice(code, str(name), _address_in(address, code, current), is_current=code == current)
        for code, name in languages
    ]


def _address_in(address: str, code: str, current: str) -> str:
    with override(current):
        translated = translate_url(address, code)
    # The page that says that an address is unknown has a frame too: from there another language begins at its start.
    return f"/{code}/" if translated == address and code != current else translated


@lru_cache(maxsize=1024)
def _theme_address(colors: tuple[tuple[str, str], ...]) -> str:
    try:
        return get_theme_address(dict(colors))
    except ValueError as error:
        # Colors are judged when they are set; where a later release judges harder, pages stay up, in our own colors.
        _logger.warning("colors %s are not used: %s", dict(colors), error)
        return ""


def find_theme_address(*owners: object) -> str:
    """The stylesheet of the first of `owners` (the body, the country) that has colors; empty where none has."""
    for owner in owners:
        colors = getattr(owner, "colors", None)
        if colors:
            return _theme_address(tuple(sorted(dict(colors).items())))
    return ""
