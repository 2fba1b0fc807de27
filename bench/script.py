"""What it costs to show a page in the other script: the best of many turns, so others disturb little.

`.venv/bin/python bench/script.py [--kilobytes 50]`. The page is as the portal writes it: tags, links and prose. Words
are remembered from page to page; `cold` forgets them before each turn.
"""

from __future__ import annotations

import argparse
import platform
import sys
import timeit
from collections.abc import Callable
from functools import partial
from html.parser import HTMLParser

from kopir.script import Converter, fold

TURNS = 40
BLOCK = """<div class="govuk-grid-row"><div class="govuk-grid-column-two-thirds">
<h2 class="govuk-heading-m" id="section-{number}">{title}</h2>
<p class="govuk-body">{text} <a href="/{number}/xizmat/" class="govuk-link" title="{title}">{title}</a> &amp; {text}</p>
<img src="/media/{number}.jpg" alt="{title}" width="320" height="180"></div></div>
"""
PROSE = {
    "kk": (
        "Қазақстан Республикасының Үкіметі",
        "Азаматтардың өтініштерін қарау туралы заң 2026 жылғы 5 мамырдан бастап қолданылады, министрлік түсіндіреді.",
    ),
    "uz": (
        "Oʻzbekiston Respublikasi Hukumati",
        "Fuqarolarning murojaatlarini koʻrib chiqish toʻgʻrisidagi qonun 2026-yil 5-maydan boshlab amal qiladi.",
    ),
}
SCRIPTS = {"kk": "Latn", "uz": "Cyrl"}


def make_page(language: str, size_bytes: int) -> str:
    """A page of about that size, with a heading and two sentences for each picture."""
    title, text = PROSE[language]
    parts = [f'<!DOCTYPE html>\n<html lang="{language}"><body>\n']
    while sum(len(part.encode()) for part in parts) < size_bytes:
        parts.append(BLOCK.format(number=len(parts), title=title, text=text))
    return "".join([*parts, "</body></html>\n"])


def best_ms(work: Callable[[], object]) -> float:
    """The quickest of many turns, in milliseconds."""
    return min(timeit.repeat(work, number=1, repeat=TURNS)) * 1000


def parse(page: str) -> None:
    """What the parser of the standard library takes by itself."""
    parser = HTMLParser(convert_charrefs=False)
    parser.feed(page)
    parser.close()


def convert_cold(language: str, script: str, page: str) -> str:
    """Convert with a converter that remembers no word."""
    return Converter(language, script).convert_html(page)


def main() -> None:
    """Print a line for each language."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--kilobytes", type=int, default=50)
    size_bytes = arguments.parse_args().kilobytes * 1000
    print(
        f"Python {platform.python_version()} on {platform.machine()}, best of {TURNS}, ms for a page of {size_bytes} B"
    )
    for language, script in SCRIPTS.items():
        page = make_page(language, size_bytes)
        warm = Converter(language, script)
        if warm.convert_html(page) == page:
            sys.exit(f"nothing was converted from {language}")
        page_ms = best_ms(partial(warm.convert_html, page))
        cold_ms = best_ms(partial(convert_cold, language, script, page))
        parser_ms, folding_ms = best_ms(partial(parse, page)), best_ms(partial(fold, page))
        print(f"{language}: {page_ms:.1f}, cold {cold_ms:.1f}, parser alone {parser_ms:.1f}, folding {folding_ms:.1f}")


if __name__ == "__main__":
    main()
