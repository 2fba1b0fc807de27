"""Which directory document may follow which: instance, number, time of issue and of expiry."""

from __future__ import annotations

from typing import Final

from kopir.wire.directory.content import Directory
from kopir.wire.errors import PeerProtocolError

CLOCK_AHEAD_MS: Final = 60_000
"""How far a document's time of issue may lie ahead of the reader's clock."""


class DirectoryError(PeerProtocolError):
    """A well-formed document that must not come into force."""

    code = "MalformedGlobalConf"


class ForeignDirectoryError(DirectoryError):
    """The document of another instance."""


class OlderDirectoryError(DirectoryError):
    """A number below the one in force, or below the lowest that the anchor admits."""


class EquivocalDirectoryError(DirectoryError):
    """The number in force with other content: its publisher is not of one mind. Raise the alarm."""


class EarlyDirectoryError(DirectoryError):
    """Issued more than `CLOCK_AHEAD_MS` in the future."""


class ExpiredDirectoryError(DirectoryError):
    """Past its time of expiry."""

    code = "OutdatedGlobalConf"


def check_origin(directory: Directory, *, instance: str, lowest_number: int) -> None:
    """Hold a document against its anchor. Raises `ForeignDirectoryError` or `OlderDirectoryError`."""
    if directory.instance != instance:
        raise ForeignDirectoryError(f"the document is of instance {directory.instance}, expected is {instance}")
    if directory.number < lowest_number:
        raise OlderDirectoryError(
            f"number {directory.number} is below {lowest_number}, the lowest that the anchor admits"
        )


def check_in_time(directory: Directory, now_ms: int) -> None:
    """Demand that a document is issued and not expired. Raises `EarlyDirectoryError` or `ExpiredDirectoryError`."""
    if directory.issued_ms > now_ms + CLOCK_AHEAD_MS:
        ahead_s = (directory.issued_ms - now_ms) // 1000
        raise EarlyDirectoryError(
            f"number {directory.number} of {directory.instance} is issued {ahead_s} s in the future"
        )
    if directory.expires_ms <= now_ms:
        since_s = (now_ms - directory.expires_ms) // 1000
        raise ExpiredDirectoryError(f"number {directory.number} of {directory.instance} expired {since_s} s ago")


def check_succession(old: Directory, old_digest: bytes, new: Directory, new_digest: bytes) -> bool:
    """Whether `new` takes the place of `old`; False: it is the same document. Digests are SHA-256 of the payloads.

    The payload and not the whole document is compared: ECDSA signs the same content differently each time.
    Raises `ForeignDirectoryError`, `OlderDirectoryError` or `EquivocalDirectoryError`.
    """
    check_origin(new, instance=old.instance, lowest_number=0)
    if new.number < old.number:
        raise OlderDirectoryError(
            f"number {new.number} of {new.instance} is older than {old.number}, which is in force"
        )
    if new.number > old.number:
        return True
    if new_digest != old_digest:
        raise EquivocalDirectoryError(f"number {new.number} of {new.instance} is in force with other content")
    return False
