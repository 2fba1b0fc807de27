"""`kopir stand`: the demonstration as a command, found through the entry point group `kopir.commands`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse


def add_parser(subparsers: Any) -> None:  # noqa: ANN401  # argparse names its type only privately
    """Add `stand`."""
    parser = subparsers.add_parser(
        "stand", help="two countries' nodes on this machine, and one exchange before your eyes"
    )
    parser.add_argument("--folder", default="var/stand", help="where keys, state and logs lie (default: %(default)s)")
    parser.add_argument(
        "--countries", default="kz,tj", help="instances, the first of them provides (default: %(default)s)"
    )
    parser.add_argument(
        "--first-port", type=int, metavar="PORT", help="ports are counted from here (default: as before, at first 8080)"
    )
    parser.add_argument("--fresh", action="store_true", help="forget keys and journals of an earlier stand")
    parser.add_argument("--once", action="store_true", help="stop after the demonstration")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    # Imported here: every `kopir`, and so every node, loads this module to learn the command.
    from kopir.demo.play import run  # noqa: PLC0415
    from kopir.demo.processes import ProgramError  # noqa: PLC0415
    from kopir.demo.stand import StandError  # noqa: PLC0415

    try:
        return run(options)
    except (StandError, ProgramError) as error:
        print(f"kopir: {error}", file=sys.stderr)
        return 2
