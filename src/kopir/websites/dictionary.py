"""How a website's pages are written in the other script: the converter with the words that people have fixed."""

from __future__ import annotations

from functools import lru_cache

from django.db import DatabaseError
from django.db.models import Q

from kopir.bodies.queries import get_country
from kopir.pagecache.recorder import note
from kopir.script import Converter, find_rules
from kopir.script.converter import UnknownScriptError
from kopir.websites import tags
from kopir.websites.models import FixedWord, Website


def find_other_script(language: str) -> str:
    """The code of the script that texts in the language can be converted to; "" where there is none."""
    for known in get_country().languages:
        if known.code == language:
            for variant in known.variants:
                try:
                    find_rules(language, variant.code)
                except UnknownScriptError:
                    continue
                return variant.code
    return ""


def get_converter(language: str, script: str, slug: str = "") -> Converter:
    """The converter with the words of the platform and of the website with this first segment, one query."""
    note(tags.words_of(language, ""), tags.words_of(language, slug))
    found = FixedWord.objects.filter(Q(website=None) | Q(website__slug=slug), language=language)
    try:
        rows = sorted(found.values_list("website", "word", "form"), key=lambda row: row[0] is not None)
    except DatabaseError:  # the page that says so is read in this script too
        rows = []
    words = {word: form for _website, word, form in rows}  # a website's own come last, and so count
    return _make(language, script, tuple(sorted(words.items())))


def list_languages() -> list[str]:
    """The languages of the country whose pages are read in two scripts."""
    return [code for code in get_country().language_codes if find_other_script(code)]


def list_words(website: Website) -> list[FixedWord]:
    """The words that count on a website, its own and those of the platform, for those who fix them."""
    return list(FixedWord.objects.filter(Q(website=None) | Q(website=website)).order_by("language", "word", "pk"))


@lru_cache(16)
def _make(language: str, script: str, words: tuple[tuple[str, str], ...]) -> Converter:
    """One for each set of words: a converter remembers what it has written."""
    return Converter(language, script, dict(words))
