"""fdatasync without a thread: the kernel does it and tells by an eventfd (io_submit(2), IOCB_CMD_FDSYNC).

A thread that syncs has to take the interpreter's lock from a busy event loop several times for each group, which costs
more than the sync. Where the kernel or a sandbox does not offer this, `start` gives None and the journal uses a thread.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

_FDSYNC: Final = 3
_FLAG_RESFD: Final = 1
# io_setup, io_destroy, io_submit, io_getevents: the C library has no names for them (syscalls(2)).
_NUMBERS: Final = {"x86_64": (206, 207, 209, 208), "aarch64": (0, 1, 2, 4)}.get(platform.machine())


class _Iocb(ctypes.Structure):
    """struct iocb of linux/aio_abi.h, on a little-endian machine."""

    _fields_ = (
        ("data", ctypes.c_uint64),
        ("key", ctypes.c_uint32),
        ("rw_flags", ctypes.c_int32),
        ("opcode", ctypes.c_uint16),
        ("priority", ctypes.c_int16),
        ("descriptor", ctypes.c_uint32),
        ("buffer", ctypes.c_uint64),
        ("length", ctypes.c_uint64),
        ("offset", ctypes.c_int64),
        ("reserved", ctypes.c_uint64),
        ("flags", ctypes.c_uint32),
        ("eventfd", ctypes.c_uint32),
    )


class _Event(ctypes.Structure):
    """struct io_event."""

    _fields_ = (
        ("data", ctypes.c_uint64),
        ("iocb", ctypes.c_uint64),
        ("result", ctypes.c_int64),
        ("result2", ctypes.c_int64),
    )


class KernelSync:
    """One sync under way at a time, of one event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, context: ctypes.c_ulong) -> None:
        """Use `start`."""
        self._loop = loop
        self._context = context
        self._eventfd = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._iocb = _Iocb(opcode=_FDSYNC, flags=_FLAG_RESFD, eventfd=self._eventfd)
        self._pointer = ctypes.pointer(ctypes.pointer(self._iocb))
        self._event = _Event()
        self._done: Callable[[BaseException | None], None] | None = None
        loop.add_reader(self._eventfd, self._finish)

    @classmethod
    def start(cls, loop: asyncio.AbstractEventLoop) -> Self | None:
        """Return one for `loop`, or None where the kernel does not offer it."""
        context = ctypes.c_ulong(0)
        try:
            _call(0, ctypes.c_long(1), ctypes.byref(context))
        except OSError:
            return None
        return cls(loop, context)

    def sync(self, descriptor: int, done: Callable[[BaseException | None], None]) -> None:
        """Have the data of `descriptor` made durable; `done` is called in the loop with None, or with what went wrong.

        Raises:
            OSError: the kernel did not take the order.
        """
        self._iocb.descriptor = descriptor
        _call(2, self._context, ctypes.c_long(1), self._pointer)
        self._done = done

    def close(self) -> None:
        """Give back what the kernel lent; waits for a sync that is under way."""
        self._loop.remove_reader(self._eventfd)
        _call(1, self._context)
        os.close(self._eventfd)

    def _finish(self) -> None:
        os.eventfd_read(self._eventfd)
        _call(3, self._context, ctypes.c_long(1), ctypes.c_long(1), ctypes.byref(self._event), None)
        result, done = self._event.result, self._done
        self._done = None
        if done is not None:
            done(None if result == 0 else OSError(-result, os.strerror(-result)))


_libc = ctypes.CDLL(None, use_errno=True)


def _call(which: int, *arguments: object) -> None:
    if _NUMBERS is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    if _libc.syscall(ctypes.c_long(_NUMBERS[which]), *arguments) < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
