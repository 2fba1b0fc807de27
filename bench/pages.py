"""Public pages: how many a second, how long one takes to make, how heavy a first view is. One part after another.

`.venv/bin/python bench/pages.py [--json] [--parts cached] [--seconds 4] [--no-record]`; needs Debian's `wrk` and
`nginx`. The last line of `--json` is one object for programs. Exit status 1: a goal is missed, or a part is void.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pages_cached
import pages_made
import search
from served import ServedError

HOME = Path(__file__).resolve().parent


@dataclass
class Told:
    """What a part has found: `numbers` for programs, lines for readers, goals that were missed."""

    text: str
    numbers: dict[str, float]
    missed: list[str] = field(default_factory=list)


def measure_cached(options: argparse.Namespace) -> Told:
    """Pages that the page store answers from memory."""
    found = pages_cached.measure(seconds=options.seconds)
    told = Told(
        found.lines(),
        {
            "cached_rps": round(found.rps),
            "cached_ratio_static": round(found.ratio, 3),
            "cached_p99_ms": round(found.p99_ms, 2),
            "cached_publishing_p99_ms": round(found.publishing_p99_ms, 2),
            "cached_hit_ratio": round(found.hit_ratio, 5),
            "cached_worker_mb": round(found.worker_mb),
        },
    )
    if found.rps <= pages_cached.GOAL_RPS:
        told.missed.append(f"{found.rps:,.0f} requests/s from memory, to be over {pages_cached.GOAL_RPS:,}")
    if found.ratio < pages_cached.GOAL_RATIO:
        told.missed.append(f"{found.ratio:.2f} of nginx, to be at least {pages_cached.GOAL_RATIO}")
    return told


def measure_made(_options: argparse.Namespace) -> Told:
    """Pages that are made anew, and the weight of a first view."""
    found = pages_made.measure()
    told = Told(
        found.lines(),
        {
            "uncached_p50_ms": round(found.p50_ms, 1),
            "uncached_p95_ms": round(found.p95_ms, 1),
            "uncached_queries": found.queries,
            "home_kb": round(found.home_kb, 1),
            "provision_s": found.provision_s,
        },
    )
    if found.p50_ms >= pages_made.GOAL_P50_MS:
        told.missed.append(f"{found.p50_ms:.0f} ms for a page, to be under {pages_made.GOAL_P50_MS:.0f}")
    if found.queries > pages_made.GOAL_QUERIES:
        told.missed.append(f"{found.queries} queries for a page, to be at most {pages_made.GOAL_QUERIES}")
    if found.home_kb > pages_made.GOAL_KB:
        told.missed.append(f"{found.home_kb:.0f} KB for a first view, to be at most {pages_made.GOAL_KB}")
    if found.provision_s >= pages_made.GOAL_PROVISION_S:
        told.missed.append(
            f"{found.provision_s:.0f} s to make the sites, to be under {pages_made.GOAL_PROVISION_S:.0f}"
        )
    return told


def measure_search(_options: argparse.Namespace) -> Told:
    """Searches over as many pages as a country has."""
    figures = search.measure()
    told = Told(search.describe(figures), {"search_p95_ms": figures["search_p95_ms"]})
    if figures["search_p95_ms"] >= search.GOAL_P95_MS:
        told.missed.append(f"{figures['search_p95_ms']} ms for 95 of 100 searches, to be under {search.GOAL_P95_MS:g}")
    return told


PARTS: dict[str, Callable[[argparse.Namespace], Told]] = {
    "cached": measure_cached,
    "made": measure_made,
    "search": measure_search,
}


def main() -> int:
    """Measure each part."""
    options = _options()
    texts: list[str] = []
    numbers: dict[str, float] = {}
    missed: list[str] = []
    for name in options.parts:
        try:
            told = PARTS[name](options)
        except (pages_cached.PagesError, ServedError) as error:
            print(f"{name} does not count: {error}", file=sys.stderr)
            return 1
        texts.append(f"## {name}\n{told.text}")
        numbers |= told.numbers
        missed += told.missed
    verdict = "All goals reached." if not missed else "Not reached: " + "; ".join(missed) + "."
    at = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H%MZ")
    head = f"# Pages, {at}\n{os.cpu_count()} cores, Python {platform.python_version()}, {platform.release()}\n"
    text = "\n".join([head, *texts, verdict, ""])
    if not options.no_record:
        (HOME / "results" / f"pages-{at}.md").write_text(text, "utf-8")
    print(text)
    if options.json:
        print(json.dumps(numbers))
    return int(bool(missed))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--json", action="store_true", help="one line of JSON at the end")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=[*PARTS], help="what to measure")
    parser.add_argument("--seconds", type=int, default=4, help="of each round under load (default 4)")
    parser.add_argument("--no-record", action="store_true", help="write nothing to bench/results/")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
