"""Which of the words on a page are not in its language: left in English, or in Russian where the page is not Russian.

A page is judged by what stands in its HTML and is read by somebody: text, and the attributes that are read aloud or
shown. What is marked as another language or as not to be translated is left out, as `code` is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import lxml.html
from babel.messages.pofile import read_po
from lxml.etree import _Element

from codebase import SOURCE

ATTRIBUTES: Final = ("alt", "aria-label", "title", "placeholder", "aria-roledescription")
SILENT: Final = {"script", "style", "svg", "code", "template"}
_FIELD: Final = re.compile(r"%\(\w+\)[sd]|%[sd]")
_CYRILLIC: Final = re.compile(r"[а-яёА-ЯЁ]")
_LATIN_WORD: Final = re.compile(r"[A-Za-z]{3,}")
_CODE: Final = re.compile(r"\S+@\S+|\S*\w\.\w+/?\S*|\w+/\w+|#\w+|[\w-]*-[\w-]+|[A-Z]{3}")
"""Addresses, time zones, colors, slugs and what is known by its capitals, as KZT."""
IN_EVERY_LANGUAGE: Final = {"Kopir", "JavaScript", "SMS", "PNG", "SVG", "KiB", "Chrome", "Chromium", "Firefox", "Linux"}
"""Names that stand in Latin letters in Cyrillic sentences too."""
LANGUAGES: Final = {"Қазақша", "Тоҷикӣ", "Oʻzbekcha", "Русский", "English"}
"""Each language calls itself so, whatever the page around it speaks."""


def read_texts(html: str) -> list[str]:
    """What is read on a page, each text once: between tags, and whole paragraphs that hold other elements."""
    root = lxml.html.document_fromstring(html)
    language = root.get("lang", "")
    found: dict[str, None] = {}
    for element in root.iter():
        if isinstance(element.tag, str) and not _is_silent(element, language):
            for text in _texts_of(element):
                if plain := " ".join(text.split()):
                    found[plain] = None
    return list(found)


def _texts_of(element: _Element) -> Iterator[str]:
    yield from (element.get(name, "") for name in ATTRIBUTES)
    yield element.text or ""
    yield from (child.tail or "" for child in element)
    if len(element) and (element.text or "").strip():
        yield "".join(element.itertext())


def _is_silent(element: _Element, language: str) -> bool:
    return any(
        one.tag in SILENT or one.get("translate") == "no" or (one.get("lang") or language) != language
        for one in (element, *element.iterancestors())
    )


def find_foreign(language: str, texts: list[str], names: frozenset[str] = frozenset()) -> list[str]:
    """Those texts of a page in `language` that are in another, each with the reason; `names` of people are in none."""
    found = []
    for text in texts:
        if text in LANGUAGES or text in names or _is_own(language, text):
            continue
        if _is_of(text, "en"):
            found.append(f"{language}: English: {text}")
        elif language != "ru" and _is_of(text, "ru"):
            found.append(f"{language}: Russian: {text}")
        elif _is_in_wrong_letters(language, text):
            found.append(f"{language}: no word of it is in the alphabet of the page: {text}")
    return found


@cache  # what stands in the frame of the pages is asked for on each of them
def _is_of(text: str, language: str) -> bool:
    plain, patterns = _sources(language)
    return text in plain or any(pattern.fullmatch(text) for pattern in patterns)


def _is_own(language: str, text: str) -> bool:
    """Whether the language has this very word too: one word that its own catalogue has, such as “Телефон”."""
    return " " not in text and text.lower() in _words(language)


@cache
def _words(language: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _sources(language)[0] if " " not in word)


def _is_in_wrong_letters(language: str, text: str) -> bool:
    rest = _CODE.sub(" ", text)
    words = [word for word in _LATIN_WORD.findall(rest) if word not in IN_EVERY_LANGUAGE]
    if language == "uz":
        return bool(_CYRILLIC.search(rest)) and not words
    return bool(words) and not _CYRILLIC.search(rest)


@cache
def _sources(language: str) -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """What a language can say by its catalogue: whole sentences, and patterns of those that have fields."""
    plain, patterns = set(), []
    for text in _strings(language):
        said = " ".join(text.split())
        if not _FIELD.search(said):
            plain.add(said)
        elif len(re.findall(r"\w{3,}", _FIELD.sub("", said))) > 1:  # what has one word beside its field may be alike
            patterns.append(re.compile(".+?".join(re.escape(part.replace("%%", "%")) for part in _FIELD.split(said))))
    return frozenset(plain - {""}), tuple(patterns)


def _strings(language: str) -> Iterator[str]:
    path = SOURCE / "locale" / ("ru" if language == "en" else language) / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        catalog: Any = read_po(file)
    for message in catalog:
        said = message.id if language == "en" else message.string
        yield from [said] if isinstance(said, str) else said or ()
