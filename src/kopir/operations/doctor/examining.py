"""The whole examination: every check in turn. One that breaks is a finding itself, and keeps no other back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from kopir.bridge.config import ConfigError, NodeConfig
from kopir.config.env import Environment
from kopir.operations import places

from . import bridge, data, outside, setup
from .findings import Finding, find
from .machine import Machine


def examine(environment: Environment, machine: Machine, *, now: datetime) -> list[Finding]:
    """Everything that is wrong here. Settings of Django are loaded."""
    found: list[Finding] = []
    config = _load_bridge(environment, now, found)
    checks: list[tuple[str, Callable[[], Iterable[Finding]]]] = [
        ("the settings", lambda: setup.check_settings(environment, machine)),
        ("security.txt", lambda: setup.check_security_txt(environment, now)),
        ("the folders", lambda: setup.check_folders(environment, config)),
        ("the static files", setup.check_static),
        ("the disks", lambda: setup.check_disks(environment, config, machine)),
        ("the backups", lambda: setup.check_backups(environment, now)),
        ("the clock", lambda: outside.check_kernel_clock(machine)),
        ("the portal", lambda: outside.check_portal(environment)),
        ("the parts", lambda: outside.check_parts(environment)),
        ("the mail server", lambda: outside.check_mail(environment)),
    ]
    if config is not None:
        checks.append(("the certificates", lambda: bridge.check_certificates(config, now)))
        checks.append(("the agreement with the bridge", lambda: bridge.check_agreement(environment, config)))
    address = _control(environment, config)
    if address:
        checks.append(("the bridge", lambda: bridge.check_running(address)))
    for name, check in checks:
        found += _look(name, check)
    database = _look("the database", data.check_database)
    found += database
    if not database:
        found += _look("the workers", lambda: data.check_work(now))
        found += _look("the record", lambda: data.check_record(now))
        found += _look("search", lambda: data.check_search(now))
        found += _look("the clock of the database", lambda: data.check_clock(now))
    return found


def _look(name: str, check: Callable[[], Iterable[Finding]]) -> list[Finding]:
    """What a check finds; one that breaks is a finding too, and keeps no other from being made."""
    found: list[Finding] = []
    try:
        found.extend(check())
    except Exception as error:  # noqa: BLE001 - whatever is broken, the doctor says so and goes on
        found.append(find("check.failed", check=name, why=f"{type(error).__name__}: {error}"))
    return found


def _load_bridge(environment: Environment, now: datetime, found: list[Finding]) -> NodeConfig | None:
    """The bridge's configuration if it can be used; what is wrong with it is told."""
    if not environment.bridge_config:
        return None
    try:
        config = places.load_bridge(environment)
    except ConfigError as error:
        found += [find("bridge.wrong", fault=str(problem)) for problem in error.problems]
        return None
    found += _look(
        "the bridge's configuration", lambda: bridge.check_configuration(Path(environment.bridge_config), now)
    )
    return config


def _control(environment: Environment, config: NodeConfig | None) -> str:
    """Where the bridge answers, "" where there is none."""
    if config is not None and config.control.listen is not None:
        return str(config.control.listen)
    return environment.bridge_control
