"""The journal as the node holds it: append and group commit, the durable head, and (in later modules) lookup and proofs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Self

from kopir.bridge.disk import Disk, OsDisk
from kopir.bridge.journal.commit import Committer, Head, Ticket
from kopir.bridge.journal.errors import JournalFailedError, JournalLockedError
from kopir.bridge.journal.index import IndexKey
from kopir.bridge.journal.layout import EXPONENTS
from kopir.bridge.journal.recovery import recover
from kopir.bridge.journal.segments import LOCK_NAME


class Journal:
    """One node's journal, open for writing. `append` and `close` belong to the event loop's thread."""

    def __init__(self, folder: Path, disk: Disk, lock: int, committer: Committer, cut_bytes: int) -> None:
        """Use `Journal.open`."""
        self.folder = folder
        self.cut_bytes = cut_bytes
        """How much of a torn last group was cut off at the start."""
        self._disk = disk
        self._lock = lock
        self._committer = committer

    @classmethod
    def open(cls, folder: Path, *, node: str, disk: Disk | None = None, exponent: int = 14) -> Self:
        """Open the journal of `node` in `folder`, recovering it; makes one with 2^exponent entries a segment if there is none.

        Blocks for the time of reading one segment. Raises JournalLockedError if another process has it, JournalDamagedError
        if it is not as it was written or another node's, JournalFailedError if the disk refuses.
        """
        if exponent not in EXPONENTS:
            raise ValueError(f"a segment of 2^{exponent} entries; 1 to {EXPONENTS[-1]} are possible")
        disk = disk or OsDisk()
        lock = -1
        try:
            disk.make_folder(folder)
            lock = disk.lock(folder / LOCK_NAME)
            found, log, index = recover(disk, folder, node=node, exponent=exponent)
        except BlockingIOError:
            raise JournalLockedError(f"{folder}: another process has this journal open; stop it first") from None
        except OSError as error:
            if lock >= 0:
                disk.close(lock)
            raise JournalFailedError(f"{folder}: the journal cannot be opened: {error}") from error
        except BaseException:
            disk.close(lock)
            raise
        return cls(folder, disk, lock, Committer(disk, folder, found, log, index), found.cut_bytes)

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
