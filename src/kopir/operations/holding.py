"""Locks of an installation: one group, one upgrade at a time. The kernel frees them however their holder ends."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from .errors import HeldError

LOOK_S: Final = 0.2


def make_run_folder(folder: Path) -> Path:
    """The place for locks and sockets in the folder of the portal, for its own user alone; raises OSError."""
    place = folder / "run"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


@contextmanager
def held(path: Path, what: str, *, wait_s: float = 0, tell: Callable[[str], None] | None = None) -> Iterator[None]:
    """Hold the lock `path` for the block; while somebody else has it, wait `wait_s` at most.

    `what` names the holder in messages: "kopir upgrade". Raises HeldError, OSError.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _take(handle, what, wait_s, tell)
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def is_held(path: Path) -> bool:
    """Whether somebody holds the lock."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        return not _try(handle)
    finally:
        os.close(handle)


def _take(handle: int, what: str, wait_s: float, tell: Callable[[str], None] | None) -> None:
    until = time.monotonic() + wait_s
    is_told = False
    while not _try(handle):
        who = os.pread(handle, 32, 0).decode("ascii", "replace").strip() or "?"
        if time.monotonic() >= until:
            raise HeldError(f"{what} runs already as process {who}; wait for its end, or stop it: kill {who}")
        if tell is not None and not is_told:
            tell(f"{what} runs already as process {who}; waiting for its end")
            is_told = True
        time.sleep(LOOK_S)


def _try(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
