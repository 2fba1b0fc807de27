"""The machine as the doctor sees it, each question one that tests answer otherwise: names, disks, clock."""

from __future__ import annotations

import ctypes
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_TIME_ERROR: Final = 5
_TIMEX_BYTES: Final = 512


@dataclass(frozen=True)
class Space:
    """What is free on a disk, in bytes and in files; a total of 0 is one that is not counted."""

    free: int
    total: int
    free_files: int
    total_files: int


def measure(path: Path) -> Space:
    """The space on the disk of `path`, for users other than root; raises OSError."""
    found = os.statvfs(path)
    return Space(found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize, found.f_favail, found.f_files)


def has_address(host: str) -> bool:
    """Whether the name leads to an address."""
    try:
        return bool(socket.getaddrinfo(host, None))
    except (OSError, UnicodeError):
        return False


def is_clock_kept(*, adjtimex: Callable[[object], int] | None = None) -> bool:
    """Whether the kernel says that something keeps its clock: adjtimex(2), read only. True where it cannot say."""
    if adjtimex is None:
        adjtimex = getattr(ctypes.CDLL(None), "adjtimex", None)
        if adjtimex is None:
            return True
    zeros = ctypes.create_string_buffer(_TIMEX_BYTES)  # modes = 0: change nothing
    return adjtimex(ctypes.byref(zeros)) != _TIME_ERROR


@dataclass(frozen=True)
class Machine:
    """The questions."""

    measure: Callable[[Path], Space] = measure
    has_address: Callable[[str], bool] = has_address
    is_clock_kept: Callable[[], bool] = is_clock_kept
