"""Background jobs by name. A room registers what it can do later; an action asks for it inside its transaction.

The signatures stand; the machinery is beside this file.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TypeVar

from .registry import Registry

Work = TypeVar("Work", bound=Callable[..., object])


@dataclass(frozen=True)
class Job:
    """What runs under a name, how often it is tried, and how long one try may take before it is given up for dead."""

    name: str
    work: Callable[..., object]
    attempts: int
    limit_s: int


@dataclass(frozen=True)
class Periodic:
    """What runs again and again, `every` so long."""

    name: str
    work: Callable[[], object]
    every: timedelta


_log = logging.getLogger(__name__)
JOBS: Final = Registry[Job]("job")
PERIODIC: Final = Registry[Periodic]("periodic job")


def job(name: str, *, attempts: int = 5, limit_s: int = 300) -> Callable[[Work], Work]:
    """Register the function under "room.name"; it is called with the keywords that were enqueued."""

    def register(work: Work) -> Work:
        JOBS.add(name, Job(name, work, attempts, limit_s))
        return work

    return register


def periodic(name: str, *, every: timedelta) -> Callable[[Work], Work]:
    """Register the function under "room.name"; it is called without arguments, by one worker at a time."""

    def register(work: Work) -> Work:
        PERIODIC.add(name, Periodic(name, work, every))
        return work

    return register


def enqueue(name: str, *, key: str | None = None, **arguments: Any) -> None:  # noqa: ANN401 - whatever JSON holds
    """Ask for a job, within the caller's transaction; a second one with the same name and key is not made."""
    JOBS.get(name)
    _log.info("job asked for", extra={"job": name, "key": key, "arguments": sorted(arguments)})
