"""The journal as the node holds it: append, the durable head, lookup, proofs, retirement."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

from kopir.bridge.disk import Disk, OsDisk
from kopir.bridge.journal.commit import Committer, Head, Ticket
from kopir.bridge.journal.errors import (
    JournalDamagedError,
    JournalFailedError,
    JournalGapError,
    JournalLockedError,
)
from kopir.bridge.journal.index import IndexKey
from kopir.bridge.journal.layout import EXPONENTS
from kopir.bridge.journal.reader import Found, JournalReader
from kopir.bridge.journal.recovery import Recovered, read_journal, recover
from kopir.bridge.journal.retire import remove_entries
from kopir.bridge.journal.segments import LOCK_NAME, list_segments


class Journal:
    """One node's journal, open for writing. `append` and `close` belong to the event loop's thread."""

    def __init__(self, folder: Path, disk: Disk, lock: int, committer: Committer, found: Recovered) -> None:
        """Use `Journal.open`."""
        self.folder = folder
        self.node = found.node
        self.cut_bytes = found.cut_bytes
        """How much of a torn last group was cut off at the start."""
        self.reader = JournalReader(disk, folder, found.tree, committer, found.retired)
        """Lookup and proofs; may be used in other threads."""
        self._disk = disk
        self._lock = lock
        self._committer = committer

    @classmethod
    def open(cls, folder: Path, *, node: str, disk: Disk | None = None, exponent: int = 14) -> Self:
        """Open and recover the journal of `node`; makes one with 2^exponent entries a segment if there is none.

        Blocks for the time of reading one segment. Raises JournalLockedError if another process has it,
        JournalDamagedError if it is not as it was written or another node's, JournalFailedError if the disk refuses.
        """
        if exponent not in EXPONENTS:
            raise ValueError(f"a segment of 2^{exponent} entries; 1 to {EXPONENTS[-1]} are possible")
        disk = disk or OsDisk()
        lock = -1
        try:
            disk.make_folder(folder)
            lock = disk.lock(folder / LOCK_NAME)
            found, log = recover(disk, folder, node=node, exponent=exponent)
        except BlockingIOError:
            raise JournalLockedError(f"{folder}: another process has this journal open; stop it first") from None
        except OSError as error:
            if lock >= 0:
                disk.close(lock)
            raise JournalFailedError(f"{folder}: the journal cannot be opened: {error}") from error
        except JournalDamagedError:
            disk.close(lock)
            raise
        return cls(folder, disk, lock, Committer(disk, folder, found, log), found)

    def append(self, entry: bytes, key: IndexKey | None) -> Ticket:
        """Append an entry; `key` is None for one that is no record.

        The ticket's group has two futures: `written` (in the kernel's hands: it survives the death of this process) and
        `durable` (on the disk). Raises JournalFailedError once a write or sync has failed, ValueError over 64 KiB.
        """
        return self._committer.append(entry, key)

    @property
    def head(self) -> Head:
        """Size and root of the tree as far as it is durable."""
        return self._committer.head

    @property
    def exponent(self) -> int:
        """A segment holds 2^exponent entries, as was set when the journal was made."""
        return self._committer.tree.exponent

    @property
    def size(self) -> int:
        """Entries appended, durable or not."""
        return self._committer.tree.size

    @property
    def failed(self) -> bool:
        """Whether the journal accepts nothing more."""
        return self._committer.error is not None

    def on_failure(self, callback: Callable[[JournalFailedError], None]) -> None:
        """Have `callback` called once, in the loop's thread, when a write or sync fails."""
        self._committer.on_failure = callback

    async def close(self) -> None:
        """Make durable what is pending, then let go of the files and the lock. A second call does nothing."""
        if self._lock < 0:
            return
        await self._committer.close()
        self._disk.close(self._lock)
        self._lock = -1

    # Reading: see `JournalReader` for what each may raise; all may take tens of milliseconds.

    def find(
        self,
        *,
        request_id: bytes | None = None,
        message_id: str | None = None,
        side: int | None = None,
        limit: int = 64,
    ) -> list[Found]:
        """Records with this request id, or else this message id, the newest first."""
        return self.reader.find(request_id=request_id, message_id=message_id, side=side, limit=limit)

    def load_recent(self, since_ms: int) -> Iterator[bytes]:
        """Request ids of the requests taken as provider at or after `since_ms`, the newest segment first."""
        return self.reader.load_recent(since_ms)

    def newest_ms(self) -> int:
        """When the newest request was made of which there is a record, in ms since 1970; 0 if there is none."""
        return self.reader.newest_ms()

    def entry(self, index: int) -> bytes:
        """The entry of leaf `index`."""
        return self.reader.entry(index)

    def path(self, index: int, size: int) -> list[bytes]:
        """The inclusion path of leaf `index` in the tree of the first `size` leaves."""
        return self.reader.path(index, size)

    def root_at(self, size: int) -> bytes:
        """The root of the first `size` leaves."""
        return self.reader.root_at(size)

    def retire_segment(self, number: int) -> None:
        """Remove the entries of a full segment for good; proofs over all others still hold. Blocks like reading."""
        exponent = self._committer.tree.exponent
        if number < 0 or (number + 1) << exponent > self.head[0]:
            raise JournalGapError(f"segment {number:08x} is not full, so it cannot be retired")
        # One whose entries do not make its root is kept as it is, for those who will have to explain it.
        root = self.reader.segment_tree(number).root
        remove_entries(self._disk, self.folder, exponent, number, root)
        self.reader.forget_segment(number)


class JournalView:
    """A journal as it stands on the disk at one moment, read beside a running node: no lock, no change."""

    def __init__(self, folder: Path, disk: Disk, found: Recovered) -> None:
        """Use `JournalView.open`."""
        self.node = found.node
        self.exponent = found.tree.exponent
        self.head: Head = (found.tree.size, found.tree.root())
        self.retired = found.retired
        self.cut_bytes = found.cut_bytes
        """Bytes of a last group that is torn, or being written."""
        self._slots = found.slots
        self.reader = JournalReader(disk, folder, found.tree, self, found.retired)

    def open_slots(self) -> bytes:
        """The index of the last segment."""
        return self._slots

    @classmethod
    def open(cls, folder: Path, *, disk: Disk | None = None) -> Self:
        """Look at the journal in `folder`; raises JournalDamagedError, JournalGapError if there is none, OSError."""
        disk = disk or OsDisk()
        inventory = list_segments(disk, folder)
        if not inventory.logs:
            raise JournalGapError(f"{folder} holds no journal")
        return cls(folder, disk, read_journal(disk, folder, inventory))
