"""`kopir sites`: make the websites of many bodies from a table. Nothing of Django is imported before it runs."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


def add_parser(subparsers: Any, guard: Callable[[Callable[..., int]], Callable[..., int]]) -> Any:  # noqa: ANN401
    """Add `sites` with its verbs, and return those for rooms above; `guard` prepares the portal."""
    parser = subparsers.add_parser("sites", help="make the websites of state bodies")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    create = verbs.add_parser(
        "create", help="make a website for each line of a table: all of them, or none where a line is wrong"
    )
    create.add_argument(
        "--from-csv",
        type=Path,
        required=True,
        metavar="FILE",
        help="columns: body (its name in addresses), template, and if wanted address; UTF-8",
    )
    create.set_defaults(run=guard(run_create))
    return verbs


def run_create(options: argparse.Namespace) -> int:
    """Make the websites and say how many; status 1 with the line that is wrong."""
    import django

    django.setup()
    from kopir.base import clock
    from kopir.base.actors import system_actor
    from kopir.base.errors import KopirError
    from kopir.websites.actions import create_websites
    from kopir.websites.reading import TableError, read_sites

    try:
        with options.from_csv.open(encoding="utf-8-sig", newline="") as file:
            sites = read_sites(csv.DictReader(file))
        made = create_websites(sites=sites, actor=system_actor("kopir sites"), now=clock.now())
    except (KopirError, TableError, OSError, UnicodeDecodeError) as error:
        print(f"kopir: {error}", file=sys.stderr)
        return 1
    print(f"{len(made)} websites made")
    return 0
