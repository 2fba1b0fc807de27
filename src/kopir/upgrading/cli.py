"""`kopir sites upgrade`: what the templates give now, for all websites or some.

Nothing of Django is imported before it runs.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any


def add_verb(verbs: Any, guard: Callable[[Callable[..., int]], Callable[..., int]]) -> None:  # noqa: ANN401
    """Add `upgrade` to the verbs of `sites`."""
    upgrade = verbs.add_parser("upgrade", help="bring websites to what their templates give now, or take that back")
    upgrade.add_argument(
        "--site", action="append", default=[], metavar="ADDRESS", help="only this one; may be repeated"
    )
    how = upgrade.add_mutually_exclusive_group()
    how.add_argument("--dry-run", action="store_true", help="count what would be written, and write nothing")
    how.add_argument("--undo", action="store_true", help="take the last upgrade back, but for what was edited since")
    upgrade.set_defaults(run=guard(run_upgrade))


def run_upgrade(options: argparse.Namespace) -> int:
    """Say a line for each website and the sum; status 1 where a website is refused, the others are done."""
    import django

    django.setup()
    from kopir.upgrading import running

    if options.undo and not options.site:
        print("kopir: --undo needs --site: whose upgrade to take back", file=sys.stderr)
        return 1
    return running.run(options.site, is_dry=options.dry_run, is_undo=options.undo, say=print)
