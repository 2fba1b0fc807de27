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


PARTS: dict[str, Callable[[argparse.Namespace], Told]] = {"cached": measure_cached}


def main() -> int:
    """Measure each part."""
    options = _options()
    texts: list[str] = []
    numbers: dict[str, float] = {}
    missed: list[str] = []
    for name in options.parts:
        try:
            told = PARTS[name](options)
        except pages_cached.PagesError as error:
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
