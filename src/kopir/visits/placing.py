"""From hosts and paths to websites and their pages, for a batch: few questions, however much was counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from kopir.visits.rules import read_path, split_language, split_site
from kopir.websites.models import SitePage, Website
from kopir.websites.queries import list_shown_at, list_websites

SLICE: Final = 500
"""Addresses in a question: SQLite takes 32,766 values at most."""


@dataclass(frozen=True, slots=True)
class Spot:
    """An address within a website; `url_path` is where a page at it would stand in the tree, "" where none can."""

    website: Website
    path: str
    url_path: str


class Places:
    """All websites as they stand now, by one question; made anew for each batch."""

    def __init__(self) -> None:
        websites = list(list_websites())
        self._by_host = {each.domain: each for each in websites if each.domain and each.domain_proven_at}
        self._by_slug = {each.slug: each for each in websites}
        self._by_body = {each.body_id: each for each in websites}

    def find(self, host: str, written: str) -> Spot | None:
        """Where an address belongs; None for what is no website's, as pages of the portal itself."""
        path = read_path(written)
        if path is None:
            return None
        language, rest = split_language(path)
        website = self._by_host.get(host.partition(":")[0])
        if website is None and language:
            slug, rest = split_site(rest)
            website = self._by_slug.get(slug)
        if website is None:
            return None
        if not language:
            return Spot(website, rest, "")
        return Spot(website, f"/{language}{rest}", f"/{language}/{website.slug}{rest}")

    def of_body(self, body_id: int) -> Website | None:
        """The website of a body."""
        return self._by_body.get(body_id)


def find_page(website: Website, written: str) -> SitePage | None:
    """The shown page of a website at an address as people copy it, with its host or without."""
    parts = urlsplit(written.strip())
    path = unquote(parts.path).rstrip("/") + "/"
    spot = Places().find(parts.netloc or website.own_host, path.encode().decode("latin-1"))
    if spot is None or spot.website != website:
        return None
    return next(iter(list_shown_at(website, [spot.url_path])), None)


def number_pages(spots: Iterable[Spot]) -> Mapping[str, int]:
    """The ids of the pages that are shown at these places now, by their `url_path`."""
    wanted: dict[Website, set[str]] = defaultdict(set)
    for spot in spots:
        wanted[spot.website].add(spot.url_path)
    return {
        page.url_path: page.pk
        for website, url_paths in ((website, sorted(found)) for website, found in wanted.items())
        for start in range(0, len(url_paths), SLICE)
        for page in list_shown_at(website, url_paths[start : start + SLICE])
    }
