"""From hosts and paths to websites and their pages, for a batch: few questions, however much was counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from kopir.visits.rules import read_path, split_language, split_site
from kopir.websites.models import Website
from kopir.websites.queries import find_website, find_website_by_host, find_website_of, list_shown_at


@dataclass(frozen=True, slots=True)
class Spot:
    """An address within a website; `url_path` is where a page at it would stand in the tree, "" where none can."""

    website: Website
    path: str
    url_path: str


class Places:
    """Finds websites, each once; made anew for each batch."""

    def __init__(self) -> None:
        self._by_host = cache(find_website_by_host)
        self._by_slug = cache(find_website)
        self._by_body = cache(find_website_of)

    def find(self, host: str, written: str) -> Spot | None:
        """Where an address belongs; None for what is no website's, as pages of the portal itself."""
        path = read_path(written)
        if path is None:
            return None
        language, rest = split_language(path)
        website = self._by_host(host.partition(":")[0])
        if website is None and language:
            slug, rest = split_site(rest)
            website = self._by_slug(slug)
        if website is None:
            return None
        if not language:
            return Spot(website, rest, "")
        return Spot(website, f"/{language}{rest}", f"/{language}/{website.slug}{rest}")

    def of_body(self, body_id: int) -> Website | None:
        """The website of a body."""
        return self._by_body(body_id)


def number_pages(spots: Iterable[Spot]) -> Mapping[str, int]:
    """The ids of the pages that are shown at these places now, by their `url_path`."""
    wanted: dict[Website, set[str]] = defaultdict(set)
    for spot in spots:
        wanted[spot.website].add(spot.url_path)
    return {
        page.url_path: page.pk
        for website, url_paths in wanted.items()
        for page in list_shown_at(website, sorted(url_paths))
    }
