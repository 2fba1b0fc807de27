"""Group commit: what is appended in one turn of the event loop becomes one write and one fdatasync.

    append … append ──(end of turn)──> write ──> `written` ──(sync thread)──> fdatasync ──> `durable`
                 append … append wait while a sync runs and are the next group

A write never runs beside a sync of the same file. A failed write or sync is final: the kernel may have dropped the
pages and call them clean, so that trying again proves nothing.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

from kopir.bridge.disk import Disk, write_all
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
from kopir.bridge.journal.segments import create_segment, index_path, log_path, next_header, rewrite_index
from kopir.bridge.journal.tree import JournalTree

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


class Committer:
    """The writing half of a journal. All methods belong to the event loop's thread."""

    def __init__(self, disk: Disk, folder: Path, recovered: Recovered, log: int, index: int) -> None:
        """Go on where `recovered` ends; takes over the handles of the last segment and its index."""
        self.tree: JournalTree = recovered.tree
        self.head: Head = (self.tree.size, self.tree.root())
        self.error: JournalFailedError | None = None
        self.on_failure: Callable[[JournalFailedError], None] | None = None
        self._disk = disk
        self._folder = folder
        self._node = recovered.node
        self._log = log
        self._index = index
        self._index_slots = bytearray(recovered.slots)
        self._end = recovered.offset
        self._queue: deque[Group] = deque()
        self._open: Group | None = None
        self._busy = False
        """A turn is scheduled, or a sync is running."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._work: SimpleQueue[Group | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._idle: asyncio.Future[None] | None = None

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
        """Stop the thread after the sync it is in, and close the files."""
        if self._thread is not None:
            self._work.put(None)
            self._thread.join()
            self._thread = None
        for handle in (self._log, self._index):
            if handle >= 0:
                self._disk.close(handle)
        self._log = self._index = -1

    def _begin(self) -> Group:
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            self._thread = Thread(target=self._sync_forever, args=(self._loop,), name="journal-sync", daemon=True)
            self._thread.start()
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
        self._work.put(group)

    def _sync_forever(self, loop: asyncio.AbstractEventLoop) -> None:
        """The thread: sync one group after another. It alone touches the files while it does."""
        while (group := self._work.get()) is not None:
            failure: BaseException | None = None
            try:
                self._sync(group)
            except BaseException as error:  # noqa: BLE001  # whatever it was, the group is not known to be durable
                failure = error
            try:
                loop.call_soon_threadsafe(self._synced, group, failure)
            except RuntimeError:
                return  # the loop is closed, and with it everyone who waited

    def _sync(self, group: Group) -> None:
        slots = b"".join(group.slots)
        self._index_slots += slots
        write_all(self._disk, self._index, slots)
        self._disk.datasync(self._log)
        if group.following is not None:
            self._begin_segment(group.following)

    def _begin_segment(self, header: SegmentHeader) -> None:
        """Seal the index of the segment that is full now, and make the next one ready before it is needed."""
        disk = self._disk
        write_all(disk, self._index, seal(bytes(self._index_slots)))
        disk.datasync(self._index)
        self._index_slots.clear()
        create_segment(disk, self._folder, header)
        rewrite_index(disk, self._folder, header.number, b"")
        log, index = self._log, self._index
        self._log = disk.open_append(log_path(self._folder, header.number))
        disk.close(log)
        self._index = disk.open_append(index_path(self._folder, header.number))
        disk.close(index)

    def _synced(self, group: Group, failure: BaseException | None) -> None:
        if failure is not None:
            self._fail(failure)
            return
        self._queue.popleft()
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
