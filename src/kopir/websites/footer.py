"""The links below every page of a website that rooms above bring. This room shows them and knows none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from kopir.base.registry import Registry
from kopir.design.page import Link
from kopir.websites.models import SitePage, Website

Source = Callable[[Website, SitePage | None, str], Iterable[Link]]
"""Takes the website, the page where there is one, and the language. What it shows is shown to everybody alike."""

FOOTER: Final = Registry[Source]("source of links below a page")


def list_footer(website: Website, page: SitePage | None, language: str) -> list[Link]:
    """The links below a page, in the order in which the rooms came."""
    return [link for _name, source in FOOTER for link in source(website, page, language)]
