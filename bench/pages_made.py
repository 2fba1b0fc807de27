"""What it costs to make a page of a website: 200 sites, 20,000 pages, each page asked for past the page store.

One caller, one connection, one process of the portal on SQLite: a time is the work of the page. Queries are counted in
a process of their own by the same views and middleware, over the same pages.
"""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from served import Served, ServedError, run, serve

HOME = Path(__file__).resolve().parent
GOAL_P50_MS, GOAL_QUERIES, GOAL_KB, GOAL_PROVISION_S = 60.0, 12, 100, 60.0
WARM_UP = 20


@dataclass(frozen=True)
class Made:
    """What was found."""

    sites: int
    pages: int
    provision_s: float
    provisioned_pages: int
    p50_ms: float
    p95_ms: float
    queries: int
    home_kb: float

    def lines(self) -> str:
        """For a reader."""
        return (
            f"{self.sites} sites, {self.pages:,} pages; the sites with {self.provisioned_pages:,} pages were made in "
            f"{self.provision_s:.1f} s.\nOne piece of news (menu, way, 8 blocks, 6 linked cards, picture, three "
            f"languages): p50 {self.p50_ms:.1f} ms, p95 {self.p95_ms:.1f} ms, at most {self.queries} queries.\n"
            f"First view of a home page with stylesheets, script and all fonts: {self.home_kb:.1f} KB.\n"
        )


def measure(*, sites: int = 200, pages: int = 20_000) -> Made:
    """Seed, ask, count. Raises ServedError."""
    with serve() as portal:
        seeded = json.loads(
            run([str(HOME / "pages_seed.py"), "--sites", str(sites), "--pages", str(pages)], portal.environment)
        )
        addresses = seeded["addresses"]
        portal.connection.close()  # the server has hung up meanwhile; the next request opens it anew
        for path in addresses[:WARM_UP]:
            _check(portal, path)
        times = sorted(portal.time_ms(path) for path in addresses)
        counted = run([str(HOME / "pages_made.py"), *addresses[:WARM_UP]], portal.environment)
        return Made(
            sites=seeded["sites"],
            pages=seeded["pages"],
            provision_s=seeded["provision_s"],
            provisioned_pages=seeded["provisioned_pages"],
            p50_ms=statistics.median(times),
            p95_ms=times[int(len(times) * 0.95)],
            queries=max(json.loads(counted)),
            home_kb=portal.weigh(seeded["home"]) / 1024,
        )


def _check(portal: Served, path: str) -> None:
    """Raise ServedError where the page lacks what makes it a page of this benchmark."""
    html = portal.text(path)
    for mark, least in (("govuk-service-navigation__item", 3), ("<img", 1), ("<table", 1), ("<blockquote", 1)):
        if html.count(mark) < least:
            raise ServedError(f"{path}: {html.count(mark)} of {mark}")


def count_queries(paths: list[str]) -> list[int]:
    """How many queries each page takes, in this process, whose environment names the portal. The first one warms up."""
    from kopir.config.env import use_settings

    use_settings()
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test import Client

    client = Client(headers={"host": urlsplit(settings.KOPIR_ADDRESS).netloc})
    counts: list[int] = []
    seen: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:  # noqa: ANN401 - Django's
        seen.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        for path in [paths[0], *paths]:
            seen.clear()
            answer = client.get(path)
            if answer.status_code != HTTPStatus.OK:
                raise ServedError(f"{path}: status {answer.status_code}")
            counts.append(len(seen))
    return counts[1:]


if __name__ == "__main__":
    print(json.dumps(count_queries(sys.argv[1:])))
