"""`kopir up`, `doctor`, `backup`, `restore` and `upgrade`, found through the entry points `kopir.commands`.

What they need is imported when they run: a node without the portal has no Django, and the group never loads it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from kopir.bridge.cli.keys import add_passphrase, new_passphrase, passphrase_source
from kopir.config.env import SettingsError, get_environment, make_folder, read_variable, use_settings

from .errors import OperationsError


def add_up(subparsers: Any) -> None:  # noqa: ANN401 - argparse names its type only privately
    """Add `up`."""
    parser = subparsers.add_parser("up", help="run the parts of this node together, until stopped")
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help="bridge, portal, worker; default: all that the settings know of"
    )
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="how many workers, default %(default)s")
    parser.add_argument("--json", action="store_true", help="log as JSON lines that name their part, for a machine")
    parser.set_defaults(run=_guarded(_up))


def add_doctor(subparsers: Any) -> None:  # noqa: ANN401 - argparse names its type only privately
    """Add `doctor`."""
    parser = subparsers.add_parser("doctor", help="say what is wrong with this installation; status 1 if anything is")
    parser.add_argument("--json", action="store_true", help="tell it as JSON: code, fact, remedy, grade")
    parser.set_defaults(run=_doctor)


def add_backup(subparsers: Any) -> None:  # noqa: ANN401 - argparse names its type only privately
    """Add `backup`."""
    parser = subparsers.add_parser("backup", help="copy database, media and journal while the node serves")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="folder to make; nothing is overwritten")
    _add_keys(parser, "take the private keys along, encrypted under a passphrase")
    parser.set_defaults(run=_guarded(_backup))


def add_restore(subparsers: Any) -> None:  # noqa: ANN401 - argparse names its type only privately
    """Add `restore`."""
    parser = subparsers.add_parser("restore", help="put a backup into an installation that is empty, and check it")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="folder that `kopir backup` made")
    _add_keys(parser, "put back the private keys too, where none are yet")
    parser.set_defaults(run=_guarded(_restore))


def add_upgrade(subparsers: Any) -> None:  # noqa: ANN401 - argparse names its type only privately
    """Add `upgrade`."""
    parser = subparsers.add_parser(
        "upgrade", help="bring database and parts to the release that is installed; on failure all stays as it was"
    )
    parser.add_argument(
        "--backups", type=Path, metavar="FOLDER", help="where the backup is put; default: backups in KOPIR_FOLDER"
    )
    parser.add_argument(
        "--wait", type=float, default=600, metavar="S", help="seconds to wait for another upgrade, default %(default)s"
    )
    parser.set_defaults(run=_guarded(_upgrade))


def _add_keys(parser: argparse.ArgumentParser, text: str) -> None:
    parser.add_argument("--keys", action="store_true", help=text)
    add_passphrase(parser)


def _guarded(run: Callable[[argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
    """Say in one line each what is missing, before anything starts."""

    def guarded(options: argparse.Namespace) -> int:
        if find_spec("django") is None:
            raise OperationsError("the portal is not installed; the remedy: pip install 'kopir[portal]'")
        use_settings()
        try:
            make_folder()
            return run(options)
        except SettingsError as error:
            raise OperationsError(str(error)) from None

    return guarded


def _tell(line: str) -> None:
    print(line, flush=True)


def _up(options: argparse.Namespace) -> int:
    from .group import run
    from .lines import Printer
    from .parts import NAMES, list_parts

    environment = get_environment()
    strange = sorted(set(options.parts) - set(NAMES))
    if strange or not 1 <= options.workers <= 64:
        raise OperationsError(
            f"{strange[0]!r} is no part: name some of {', '.join(NAMES)}" if strange else "--workers: 1 to 64"
        )
    parts = list_parts(environment, options.parts, options.workers)
    is_colored = sys.stdout.isatty() and not read_variable("NO_COLOR") and not options.json
    printer = Printer([part.name for part in parts], sys.stdout, is_colored=is_colored, as_json=options.json)
    return run(parts, printer, environment.folder)


def _doctor(options: argparse.Namespace) -> int:
    from .doctor.findings import Finding, Grade, find, tell

    found: list[Finding] = []
    if find_spec("django") is None:
        raise OperationsError("the portal is not installed; the doctor of a bridge alone is: kopir bridge check CONFIG")
    use_settings()
    try:
        environment = get_environment()
        _set_up()
    except SettingsError as error:
        found = [find("settings.wrong", fault=line) for line in str(error).splitlines()]
    else:
        from kopir.base import clock

        from .doctor.examining import examine
        from .doctor.machine import Machine

        found = examine(environment, Machine(), now=clock.now())
    if options.json:
        _tell(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=1))
    else:
        for line in tell(found):
            _tell(line)
    return 1 if any(one.grade is Grade.FAULT for one in found) else 0


def _backup(options: argparse.Namespace) -> int:
    from .backup import make_backup
    from .holding import held, make_run_folder
    from .upgrade import LOCK, WAIT_S, WHAT

    passphrase = _passphrase(options, new=True)
    _set_up()
    environment = get_environment()
    with held(make_run_folder(environment.folder) / LOCK, WHAT, wait_s=WAIT_S, tell=_tell):
        digest = make_backup(environment, options.folder.absolute(), passphrase=passphrase, tell=_tell)
    _tell(f"{options.folder}: whole; its manifest is {digest}")
    return 0


def _restore(options: argparse.Namespace) -> int:
    from .holding import held, make_run_folder
    from .restore import restore
    from .upgrade import LOCK, WAIT_S, WHAT

    passphrase = _passphrase(options, new=False)
    _set_up()
    environment = get_environment()
    with held(make_run_folder(environment.folder) / LOCK, WHAT, wait_s=WAIT_S, tell=_tell):
        restore(environment, options.folder.absolute(), passphrase=passphrase, tell=_tell)
    return _check_record()


def _check_record() -> int:
    """Hold the record that was put back against the journal that was put back."""
    from kopir.audit.queries import verify_record
    from kopir.config.audit_cli import tell

    report, journaled = verify_record(_journal_of_bridge())
    for line in tell(report, journaled):
        _tell(line)
    if report.ok:
        _tell("now: kopir upgrade, then kopir up, then kopir doctor")
    return 0 if report.ok else 1


def _upgrade(options: argparse.Namespace) -> int:
    from .upgrade import upgrade

    _set_up()
    environment = get_environment()
    backups = (options.backups or environment.folder / "backups").absolute()
    upgrade(environment, backups, wait_s=options.wait, tell=_tell)
    return 0


def _journal_of_bridge() -> Path | None:
    from .places import load_bridge

    bridge = load_bridge(get_environment())
    return None if bridge is None or not any(bridge.journal.folder.glob("*.log")) else bridge.journal.folder


def _passphrase(options: argparse.Namespace, *, new: bool) -> bytes | None:
    """The passphrase of the keys; None where no keys are wanted."""
    if not options.keys:
        if options.passphrase is not None:
            raise OperationsError("--passphrase is for the keys: give --keys too, or take it away")
        return None
    if options.passphrase is None:
        raise OperationsError(
            "--keys needs --passphrase: prompt, credential:NAME or fd:N; keys are never kept in the clear"
        )
    if new:
        return new_passphrase(options)
    source = passphrase_source(options)
    return None if source is None else source("Passphrase of the keys: ")


def _set_up() -> None:
    import django

    django.setup()
