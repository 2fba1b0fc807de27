"""What can go wrong with a journal. All are our own fault towards the exchange, hence `LocalProtocolError`.

LocalProtocolError
├── JournalFailedError      a write or sync failed: final, nothing more is accepted until the node starts again
├── JournalLockedError      another process has this journal open
├── JournalDamagedError     bytes on the disk that are not what was written; names file and byte, repairs nothing
└── JournalGapError         asked for what this journal does not hold (any more)
"""

from __future__ import annotations

from pathlib import Path

from kopir.wire.errors import LocalProtocolError


class JournalFailedError(LocalProtocolError):
    """The disk refused a write or a sync. What was not yet durable may or may not be there after the next start."""

    code = "LoggingFailed"


class JournalLockedError(LocalProtocolError):
    """The journal is open in another process."""

    code = "LoggingFailed"


class JournalDamagedError(LocalProtocolError):
    """A file of the journal is not as it was written: `path`, `offset` of the first bad byte (or group), `reason`."""

    code = "LoggingFailed"

    def __init__(self, path: Path, offset: int, reason: str) -> None:
        """Keep the place."""
        super().__init__(f"{path}: byte {offset}: {reason}")
        self.path = path
        self.offset = offset
        self.reason = reason


class JournalGapError(LocalProtocolError):
    """An entry, size or proof that lies outside this journal or in a segment that was retired."""

    code = "NotFound"
