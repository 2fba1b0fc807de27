"""Whether a process, or one that it started, listens on a port: /proc(5), for the process ids of our own parts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

PROC: Final = Path("/proc")
_LISTENING: Final = "0A"


def listens(pid: int, port: int) -> bool:
    """Whether the process or one of its descendants listens on the TCP port."""
    wanted = set(_listeners(pid, port))
    return any(wanted & set(_sockets(one)) for one in family(pid)) if wanted else False


def family(pid: int) -> list[int]:
    """The process and all its descendants; those that end meanwhile are left out."""
    found = [pid]
    for one in found:
        try:
            tasks = list((PROC / str(one) / "task").iterdir())
            for task in tasks:
                found += [int(word) for word in (task / "children").read_text("ascii").split()]
        except OSError:
            continue
    return found


def _listeners(pid: int, port: int) -> Iterator[str]:
    """Inodes of sockets that listen on the port."""
    for table in ("tcp", "tcp6"):
        try:
            lines = (PROC / str(pid) / "net" / table).read_text("ascii").splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            words = line.split()
            if words[3] == _LISTENING and int(words[1].rpartition(":")[2], 16) == port:
                yield words[9]


def _sockets(pid: int) -> Iterator[str]:
    """Inodes of the process's sockets."""
    try:
        handles = list((PROC / str(pid) / "fd").iterdir())
    except OSError:
        return
    for handle in handles:
        try:
            target = str(handle.readlink())
        except OSError:
            continue
        if target.startswith("socket:["):
            yield target[8:-1]
