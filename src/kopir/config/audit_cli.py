"""`kopir audit verify`: check the record of actions of this portal. It stands here because it needs the settings."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .env import SettingsError, use_settings

if TYPE_CHECKING:
    from kopir.audit.bridge import Journaled
    from kopir.audit.verify import Report


def add_parser(subparsers: Any) -> None:  # noqa: ANN401 - argparse names its type only privately
    """Add `audit` with its verbs."""
    parser = subparsers.add_parser("audit", help="check the record of who did what in the portal")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    verify = verbs.add_parser("verify", help="check every row and the chain, name the first bad row; status 1 if any")
    verify.add_argument(
        "--journal", type=Path, metavar="FOLDER", help="the bridge's journal; default: the setting KOPIR_BRIDGE_JOURNAL"
    )
    verify.set_defaults(run=run_verify)


def run_verify(args: argparse.Namespace) -> int:
    """Print what was found in a few lines."""
    use_settings()
    try:
        import django

        django.setup()
    except SettingsError as error:
        for line in str(error).splitlines():
            print(f"kopir: {line}", file=sys.stderr)
        return 2
    from django.conf import settings

    from kopir.audit.queries import verify_record

    folder = args.journal or (Path(settings.KOPIR_BRIDGE_JOURNAL) if settings.KOPIR_BRIDGE_JOURNAL else None)
    report, journaled = verify_record(folder)
    for line in tell(report, journaled):
        print(line)
    return 0 if report.ok else 1


def tell(report: Report, journaled: Journaled | None) -> list[str]:
    """What a person reads."""
    lines = [f"record of actions: {_rows(report.size)} sealed, {report.waiting} waiting", f"head {report.head.hex()}"]
    if journaled is None:
        lines.append("not held against a journal: give --journal, or set KOPIR_BRIDGE_JOURNAL")
    else:
        stamped = min(journaled.stamped_size, report.size)
        lines.append(f"the journal vouches for the first {_rows(report.journaled)}, a time stamp for {stamped}")
        if not journaled.is_whole:
            lines.append("segments of the journal were retired, so earlier heads could not be compared")
    if report.fault is None:
        return [*lines, "everything holds"]
    where = "" if report.fault.position is None else f"position {report.fault.position}: "
    return [*lines, f"BAD ({report.fault.kind}): {where}{report.fault.what}"]


def _rows(number: int) -> str:
    return "1 row" if number == 1 else f"{number} rows"
