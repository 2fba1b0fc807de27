"""`kopir bridge`: run a node, or tell everything that keeps it from running."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .keys import Subparsers


def add_parser(subparsers: Subparsers) -> None:
    """Add `bridge` with its verbs."""
    parser = subparsers.add_parser("bridge", help="run a node, check its configuration")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")

    run = verbs.add_parser("run", help="run the node until it is stopped")
    run.add_argument("config", type=Path, metavar="CONFIG", help="the node's TOML file")
    run.set_defaults(run=run_node)

    check = verbs.add_parser(
        "check", help="tell everything that is wrong with a node, at once; status 1 if anything is"
    )
    check.add_argument("config", type=Path, metavar="CONFIG", help="the node's TOML file")
    check.set_defaults(run=run_check)


def run_node(args: argparse.Namespace) -> int:
    """Run the node."""
    from kopir.bridge import node

    return node.main(args.config)


def run_check(args: argparse.Namespace) -> int:
    """Print one problem a line."""
    from kopir.bridge.preflight import check

    problems = check(args.config, time.time_ns() // 1_000_000)
    for problem in problems:
        print(problem)
    print(f"{args.config}: {_count(len(problems))}")
    return 1 if problems else 0


def _count(problems: int) -> str:
    return "nothing is wrong" if problems == 0 else "1 problem" if problems == 1 else f"{problems} problems"
