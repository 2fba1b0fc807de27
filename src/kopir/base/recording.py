"""How this room, which lies below the record of who did what, has its actions recorded: `audit` registers."""

from __future__ import annotations

from collections.abc import Callable

from .registry import Registry

RECORDERS = Registry[Callable[..., object]]("recorder")
"""Callables with the keywords of `audit.actions.record`; each is called in the action's transaction."""


def record(**facts: object) -> None:
    """Have the action recorded; raises LookupError where nobody records, for an unrecorded action is none."""
    if not len(RECORDERS):
        raise LookupError("nobody records actions: the app kopir.audit is missing")
    for _, recorder in RECORDERS:
        recorder(**facts)
