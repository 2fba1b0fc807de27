"""`kopir stand`: the demonstration as a command, found through the entry point group `kopir.commands`."""

from __future__ import annotations

import argparse
import sys
from typing import Any


def add_parser(subparsers: Any) -> None:  # noqa: ANN401  # argparse names its type only privately
    """Add `stand`, and `stand code` below it."""
    parser = subparsers.add_parser(
        "stand", help="two countries on this machine: one exchange before your eyes, then their nodes and portals"
    )
    _add_folder(parser, "var/stand")
    parser.add_argument(
        "--countries", default="kz,tj", help="instances, the first of them provides (default: %(default)s)"
    )
    parser.add_argument(
        "--first-port", type=int, metavar="PORT", help="ports are counted from here (default: as before, at first 8080)"
    )
    parser.add_argument("--fresh", action="store_true", help="forget keys, journals and portals of an earlier stand")
    parser.add_argument("--once", action="store_true", help="stop after the exchange; no portal is started")
    parser.add_argument("--bridge-only", action="store_true", help="start the nodes without the portals")
    parser.set_defaults(run=_run)
    code = parser.add_subparsers(metavar="VERB", help="what to do instead of starting one").add_parser(
        "code", help="print the present code of a demonstration sign-in, as a code app would show it"
    )
    code.add_argument("country", help="whose portal, as kz")
    code.add_argument("who", help="operator, editor, auditor or citizen")
    _add_folder(code, argparse.SUPPRESS)  # what was written before the verb holds
    code.set_defaults(run=_show_code)


def _add_folder(parser: argparse.ArgumentParser, default: str) -> None:
    parser.add_argument(
        "--folder", default=default, help="where keys, state and logs of the stand lie (default: var/stand)"
    )


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


def _show_code(options: argparse.Namespace) -> int:
    """Print the code alone, so that it can be piped; how long it holds goes to where people look."""
    import time  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    from kopir.demo.sign_ins import make_code, read_sign_ins  # noqa: PLC0415

    sign_ins = read_sign_ins(Path(options.folder))
    known = sign_ins.secrets if sign_ins else {}
    secret = known.get(f"{options.country}/{options.who}".lower())
    if secret is None:
        remedy = f"those of this stand: {', '.join(known)}" if known else "start it with its portals: kopir stand"
        print(f"kopir: {options.folder} has no sign-in {options.who} of {options.country}; {remedy}", file=sys.stderr)
        return 2
    code, seconds = make_code(secret, time.time())
    print(code)
    print(f"for {seconds} more seconds; each code works once", file=sys.stderr)
    return 0
