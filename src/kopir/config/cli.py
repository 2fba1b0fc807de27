"""`kopir portal`, `kopir worker` and `kopir manage`, found through the entry points `kopir.commands`.

Nothing of Django is imported before one of them runs: a node without the portal has none.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from .env import SettingsError, make_folder, use_settings


def add_portal(subparsers: Any) -> None:  # noqa: ANN401 - argparse names its type only privately
    """Add `portal`."""
    parser = subparsers.add_parser("portal", help="answer as the portal of this country, until stopped")
    parser.set_defaults(run=_guarded(_serve))


def add_worker(subparsers: Any) -> None:  # noqa: ANN401 - argparse names its type only privately
    """Add `worker`."""
    parser = subparsers.add_parser("worker", help="do the portal's background jobs, until stopped")
    parser.add_argument("--once", action="store_true", help="do what is due, then end")
    parser.set_defaults(run=_guarded(_work))


def add_manage(subparsers: Any) -> None:  # noqa: ANN401 - argparse names its type only privately
    """Add `manage`."""
    parser = subparsers.add_parser(
        "manage", help="run a command of Django on the portal: `migrate`, `collectstatic`, `check` …"
    )
    parser.add_argument("words", nargs=argparse.REMAINDER, metavar="WORDS", help="the command and its options")
    parser.set_defaults(run=_guarded(_manage))


def add_sites(subparsers: Any) -> None:  # noqa: ANN401 - argparse names its type only privately
    """Add `sites`."""
    from kopir.importing.cli import add_verb
    from kopir.upgrading.cli import add_verb as add_upgrade
    from kopir.websites.cli import add_parser

    verbs = add_parser(subparsers, _guarded)
    add_verb(verbs, _guarded)
    add_upgrade(verbs, _guarded)


def _guarded(run: Callable[[argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
    """Say in one line each what is missing, before anything starts."""

    def guarded(options: argparse.Namespace) -> int:
        if find_spec("django") is None:
            print("kopir: the portal is not installed; the remedy: pip install 'kopir[portal]'", file=sys.stderr)
            return 2
        use_settings()
        try:
            make_folder()
            return run(options)
        except SettingsError as error:
            for line in str(error).splitlines():
                print(f"kopir: {line}", file=sys.stderr)
            return 2

    return guarded


def _serve(options: argparse.Namespace) -> int:
    from .serving import serve

    serve()
    return 0


def _work(options: argparse.Namespace) -> int:
    import django

    django.setup()
    from kopir.base import worker

    if options.once:
        worker.run_once()
    else:
        worker.run()
    return 0


def _manage(options: argparse.Namespace) -> int:
    from django.core.management import execute_from_command_line

    execute_from_command_line(["kopir manage", *options.words])
    return 0
