"""What pages of the portal cost: time to answer, queries, bytes of a first view. A portal is made, seeded and asked.

`.venv/bin/python bench/portal.py [--turns 200] [--no-record]`. One caller asks one page after another on one kept
connection, so that a time is the work of the page and not the waiting of a queue. The goals: docs/why/performance.md.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import statistics
import sys
from pathlib import Path

from served import Served, serve

HOME = Path(__file__).resolve().parent
PAGES = {
    "home, Kazakh": "/kk/",
    "home, English": "/en/",
    "a ministry": "/kk/bodies/ministry-of-education/",
    "days off": "/kk/calendar/",
    "sign-in": "/kk/account/sign-in/",
    "design": "/kk/design/",
}
GOAL_MS, GOAL_BYTES = 40.0, 100 * 1024


def main() -> int:
    """Measure; exit status 1 if a goal is missed."""
    options = _options()
    with serve() as portal:
        lines = [_measure(portal, name, path, options.turns) for name, path in PAGES.items()]
        weight = portal.weigh("/kk/")
    text = _page(lines, weight)
    print(text)
    if not options.no_record:
        (HOME / "results" / f"portal-{dt.datetime.now(dt.UTC):%Y-%m-%d}.md").write_text(text, encoding="utf-8")
    return int(weight > GOAL_BYTES or any(p50 > GOAL_MS for _, p50, _, _ in lines))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--turns", type=int, default=200, help="how often each page is asked for (default 200)")
    parser.add_argument("--no-record", action="store_true", help="write nothing to bench/results/")
    return parser.parse_args()


def _measure(portal: Served, name: str, path: str, turns: int) -> tuple[str, float, float, int]:
    for _ in range(10):
        portal.get(path)
    times = sorted(portal.time_ms(path) for _ in range(turns))
    return name, statistics.median(times), times[int(len(times) * 0.95)], len(portal.get(path)[0])


def _page(lines: list[tuple[str, float, float, int]], weight: int) -> str:
    at = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%MZ")
    rows = "\n".join(f"| {name} | {p50:.1f} | {p95:.1f} | {size / 1024:.1f} |" for name, p50, p95, size in lines)
    return (
        f"# Portal, {at}\n{os.cpu_count()} cores, Python {platform.python_version()}, SQLite, one process\n\n"
        f"| page | p50 ms | p95 ms | KB on the line |\n|---|---:|---:|---:|\n{rows}\n\n"
        f"First view of the Kazakh home page with stylesheet, script and all four fonts: {weight / 1024:.1f} KB.\n"
    )


if __name__ == "__main__":
    sys.exit(main())
