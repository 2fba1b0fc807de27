"""`python -m kopir.operations.launch PID WORDS…`: becomes `python WORDS…`, which ends when process PID does.

The group starts its parts so: killed without a word (`kill -9`), it leaves none behind. See prctl(2), PR_SET_PDEATHSIG.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from typing import Final

_PR_SET_PDEATHSIG: Final = 1


def follow(parent: int) -> bool:
    """Have this process get SIGTERM when its parent ends; whether `parent` is still that."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) was refused")
    return os.getppid() == parent


def main(words: list[str]) -> None:
    """Turn into the program; returns only if the parent is gone already."""
    if not follow(int(words[0])):
        return
    # What follows replaces this process: same id, same standard output.
    os.execv(sys.executable, [sys.executable, "-u", *words[1:]])  # noqa: S606 - no shell: our own words


if __name__ == "__main__":
    main(sys.argv[1:])
