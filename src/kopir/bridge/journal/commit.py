"""Group commit: what is appended in one turn of the event loop becomes one write and one fdatasync.

    append … append ──(end of turn)──> write ──> `written` ──(kernel or thread)──> fdatasync ──> `durable`
                 append … append wait while a sync runs and are the next group

A write never runs beside a sync of the same file. A failed write or sync is final: the kernel may have dropped the
pages and call them clean, so that trying again proves nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

from kopir.bridge.disk import Disk, OsDisk, write_all
from kopir.bridge.journal.errors import JournalFailedError
from kopir.bridge.journal.index import IndexKey, encode_slot, seal
from kopir.bridge.journal.layout import (
    ENTRY_LIMIT_BYTES,
    GROUP_HEADER_BYTES,
    GROUP_TRAILER_BYTES,
    LENGTH,
    SegmentHeader,
    encode_group,
)
from kopir.bridge.journal.recovery import Recovered
from kopir.bridge.journal.segments import create_segment, log_path, next_header, rewrite_index
from kopir.bridge.journal.tree import JournalTree
from kopir.bridge.kernel_sync import KernelSync

OUT_OF_HANDLES = frozenset({errno.EMFILE, errno.ENFILE})
OPEN_TRIES = 600
OPEN_PAUSE_S = 0.05

Head = tuple[int, bytes]
"""Size and root of the tree."""


class SharedFuture(asyncio.Future[None]):
    """A future on which many tasks wait: one of them being cancelled must not cancel it for the others.

    `asyncio.shield` does the same at the price of a future for each waiter. A cancelled waiter ends once the group is
    done.
    """

    def cancel(self, msg: object = None) -> bool:
        """Refuse; the task that was to be cancelled keeps that in mind and is cancelled when it wakes."""
        del msg
        return False


class Group:
    """Entries that become durable together. They share two futures: result None, or JournalFailedError."""

    __slots__ = ("count", "durable", "first", "following", "length", "offset", "parts", "root", "slots", "written")

    def __init__(self, loop: asyncio.AbstractEventLoop, first: int, offset: int) -> None:
        """Begin a group whose first entry is leaf `first`; it will be written at `offset` of the last segment."""
        self.written: SharedFuture = SharedFuture(loop=loop)
        self.durable: SharedFuture = SharedFuture(loop=loop)
        self.first = first
        self.offset = offset
        self.count = 0
        self.length = 0
        self.parts: list[bytes] = []
        self.slots: list[bytes] = []
        self.root = b""
        """Root of the tree after the group; set when it is complete."""
        self.following: SegmentHeader | None = None
        """The next segment's header, if this group fills one."""


class Ticket:
    """What an appended entry is known by: the group it is written with and its leaf index."""

    __slots__ = ("group", "index")

    def __init__(self, group: Group, index: int) -> None:
        """Join the two."""
        self.group = group
        self.index = index


Done = Callable[[BaseException | None], None]
"""Called in the loop when work is done: with None, or with what went wrong."""


class Worker:
    """A thread that does one piece of work after another and tells the loop of each."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start it."""
        self._loop = loop
        self._work: SimpleQueue[tuple[Callable[[], None], Done] | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    def start(self, work: Callable[[], None], done: Done) -> None:
        """Have `work` done, then `done` called in the loop."""
        self._work.put((work, done))

    def close(self) -> None:
        """End after the work that is under way."""
        self._work.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (job := self._work.get()) is not None:
            work, done = job
            failure: BaseException | None = None
            try:
                work()
            except BaseException as error:  # noqa: BLE001  # whatever it was, the work is not known to be done
                failure = error
            try:
                self._loop.call_soon_threadsafe(done, failure)
            except RuntimeError:
                return  # the loop is closed, and with it everyone who waited


class Committer:
    """The writing half of a journal. All methods belong to the event loop's thread."""

    def __init__(self, disk: Disk, folder: Path, recovered: Recovered, log: int) -> None:
        """Go on where `recovered` ends; takes over the handle of the last segment."""
        self.tree: JournalTree = recovered.tree
        self.head: Head = (self.tree.size, self.tree.root())
        self.error: JournalFailedError | None = None
        self.on_failure: Callable[[JournalFailedError], None] | None = None
        self._disk = disk
        self._folder = folder
        self._node = recovered.node
        self._log = log
        self._slots = bytearray(recovered.slots)
        """The last segment's index; in memory, and in a file once the segment is full."""
        self._end = recovered.offset
        self._queue: deque[Group] = deque()
        self._open: Group | None = None
        self._busy = False
        """A turn is scheduled, or a sync is running."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._worker: Worker | None = None
        self._kernel: KernelSync | None = None
        self._idle: asyncio.Future[None] | None = None
        self._spare = -1
        """A descriptor kept for the moment in which a segment is begun and connections have taken all others."""

    def append(self, entry: bytes, key: IndexKey | None) -> Ticket:
        """Add an entry to the group that is gathering; raises JournalFailedError once the journal has failed."""
        if self.error is not None:
            raise self.error
        if len(entry) > ENTRY_LIMIT_BYTES:
            raise ValueError(f"an entry of {len(entry)} bytes; the limit is {ENTRY_LIMIT_BYTES}")
        group = self._open or self._begin()
        tree = self.tree
        index = tree.size
        tree.append(sha256(b"\x00" + entry).digest())
        group.slots.append(encode_slot(key, group.offset + GROUP_HEADER_BYTES + group.length))
        group.parts += (LENGTH.pack(len(entry)), entry)
        group.length += LENGTH.size + len(entry)
        group.count += 1
        if not tree.size & tree.mask:
            self._complete(group)
        if not self._busy:
            self._busy = True
            self._loop.call_soon(self._write_next)  # type: ignore[union-attr]  # set by the first _begin
        return Ticket(group, index)

    async def close(self) -> None:
        """Write and sync what is pending, then stop the thread and close the files."""
        if self._busy and self.error is None:
            self._idle = asyncio.get_running_loop().create_future()
            await self._idle
        if self.error is None:
            self.error = JournalFailedError("the journal is closed")
        self.release()

    def release(self) -> None:
        """Stop the thread after the work it is in, and close the files."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None
        if self._kernel is not None:
            self._kernel.close()
            self._kernel = None
        if self._spare >= 0:
            os.close(self._spare)
            self._spare = -1
        if self._log >= 0:
            self._disk.close(self._log)
            self._log = -1

    def open_slots(self) -> bytes:
        """The index of the last segment, as far as it is durable; for any thread."""
        return bytes(self._slots)

    def _begin(self) -> Group:
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            self._worker = Worker(self._loop)
            self._take_spare()
            # A disk that is made up, or made to fail, is known to nobody but itself.
            self._kernel = KernelSync.start(self._loop) if type(self._disk) is OsDisk else None
        self._open = group = Group(self._loop, self.tree.size, self._end)
        self._queue.append(group)
        return group

    def _complete(self, group: Group) -> None:
        """Take no more entries into the group: it is about to be written, or fills its segment."""
        self._open = None
        group.root = self.tree.root()
        self._end += GROUP_HEADER_BYTES + group.length + GROUP_TRAILER_BYTES
        if not self.tree.size & self.tree.mask:
            group.following = next_header(self._node, self.tree)
            self._end = group.following.length

    def _write_next(self) -> None:
        """Write the oldest group, one system call in the loop's own thread, and hand it over to be synced."""
        group = self._queue[0]
        if not group.root:
            self._complete(group)
        payload = b"".join(group.parts)
        frame = encode_group(group.first, group.count, payload, group.root)
        group.parts.clear()
        try:
            write_all(self._disk, self._log, frame)
        except OSError as error:
            self._fail(error)
            return
        group.written.set_result(None)
        try:
            self._sync()
        except OSError as error:
            self._fail(error)

    def _sync(self) -> None:
        if self._kernel is not None:
            self._kernel.sync(self._log, self._data_synced)
        elif self._worker is not None:
            self._worker.start(partial(self._disk.datasync, self._log), self._data_synced)

    def _data_synced(self, failure: BaseException | None) -> None:
        group = self._queue[0] if self._queue else None
        if group is None:
            return  # failed meanwhile
        if failure is None:
            self._slots += b"".join(group.slots)
            if group.following is not None and self._worker is not None:
                self._worker.start(partial(self._begin_segment, group.following), self._synced)
                return
        self._synced(failure)

    def _begin_segment(self, header: SegmentHeader) -> None:
        """Begin the next segment; where there is no descriptor to be had, nothing was written, so that may wait."""
        for left in range(OPEN_TRIES, -1, -1):
            try:
                self._open_segment(header)
                break
            except OSError as error:
                if error.errno not in OUT_OF_HANDLES or not left:
                    raise
            if self._spare >= 0:
                os.close(self._spare)
                self._spare = -1
            else:
                time.sleep(OPEN_PAUSE_S)
        self._take_spare()

    def _take_spare(self) -> None:
        if self._spare < 0:
            with contextlib.suppress(OSError):
                self._spare = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)

    def _open_segment(self, header: SegmentHeader) -> None:
        """Write the index of the segment that is full now, and make the next one ready before it is needed.

        All of it may be done once more from the start, until the last line of it.
        """
        disk = self._disk
        slots = bytes(self._slots)
        rewrite_index(disk, self._folder, header.number - 1, slots + seal(slots))
        create_segment(disk, self._folder, header)
        rewrite_index(disk, self._folder, header.number, b"")
        log = self._log
        self._log = disk.open_append(log_path(self._folder, header.number))
        self._slots = bytearray()
        disk.close(log)

    def _synced(self, failure: BaseException | None) -> None:
        if failure is not None:
            self._fail(failure)
            return
        group = self._queue.popleft()
        self.head = (group.first + group.count, group.root)
        group.durable.set_result(None)
        if self._queue:
            self._write_next()
            return
        self._busy = False
        if self._idle is not None:
            self._idle.set_result(None)

    def _fail(self, cause: BaseException) -> None:
        """Refuse everything pending and everything later."""
        self.error = error = JournalFailedError(
            f"the journal cannot write any more: {cause}; free or repair the disk, then restart"
        )
        error.__cause__ = cause
        self._busy = False
        for group in self._queue:
            for future in (group.written, group.durable):
                if not future.done():
                    future.set_exception(error)
                    future.exception()  # known: nobody has to await every group
        self._queue.clear()
        self._open = None
        if self._idle is not None:
            self._idle.set_result(None)
        if self.on_failure is not None:
            self.on_failure(error)
