"""The vault: bodies and openings of persons that a node chose to keep, beside the journal and apart from its proofs.

One file for each segment of the journal, every piece encrypted (AES-256-GCM) under a key that lies in a file of its own
in another folder. Destroying that key forgets what the file holds; no record, root or path is made of it, so no proof
breaks. A thread encrypts and writes. What it has taken reaches the disk within a moment, but an exchange does not wait
for it: power lost in between can cost a kept body, never a record.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from queue import SimpleQueue
from threading import RLock, Thread
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kopir.bridge.disk import Disk, OsDisk, replace_file, write_all
from kopir.wire import cbor
from kopir.wire.errors import LocalProtocolError

BODY: Final = 1
OPENING: Final = 2

_MAGIC: Final = b"KVLT"
_HEAD: Final = struct.Struct(">4sQBBII12s")
"""Magic, leaf index, what it is, 1 for the last piece, number of the piece, length of what follows, nonce."""
_KEY_FILE: Final = struct.Struct(">8sQ32s")
_KEY_MAGIC: Final = b"KOPIRKEY"
_CHECKSUM_BYTES: Final = 4
_HEAD_BYTES: Final = _HEAD.size + _CHECKSUM_BYTES
_SCAN_BYTES: Final = 1 << 20
_DAY_MS: Final = 86_400_000


class VaultError(LocalProtocolError):
    """The vault cannot keep, or does not have, what it was asked for."""

    code = "LoggingFailed"


class Body(Protocol):
    """A body to keep: `share` gives one with the same bytes that lives until its own `close`."""

    def chunks(self) -> Iterator[bytes]:
        """The body in pieces, none of them empty."""

    def share(self) -> Body:
        """A second owner of the same bytes."""

    def close(self) -> None:
        """Give up the bytes."""


class Ticketed(Protocol):
    """A journal ticket, as far as it matters here."""

    @property
    def index(self) -> int:
        """Leaf index of the entry."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """One encrypted piece, as its header tells it."""

    index: int
    what: int
    is_last: bool
    number: int
    length: int
    nonce: bytes
    offset: int
    """Where the ciphertext begins."""

    def head(self) -> bytes:
        """The header's bytes, which the encryption authenticates too."""
        return _HEAD.pack(_MAGIC, self.index, self.what, self.is_last, self.number, self.length, self.nonce)


class Vault:
    """Keeps what it is told to, finds it again, and forgets it. All may be called from any thread."""

    def __init__(
        self,
        folder: Path,
        keys: Path,
        *,
        exponent: int,
        now_ms: Callable[[], int],
        keep_bodies: bool = True,
        keep_openings: bool = True,
        disk: Disk | None = None,
    ) -> None:
        """Keep in `folder`, with keys in `keys`; `exponent` is the journal's, so that one segment has one file.

        Raises VaultError if the folders cannot be made.
        """
        self._disk = disk or OsDisk()
        self._folder = folder
        self._keys = keys
        self._exponent = exponent
        self._now_ms = now_ms
        self._keep_bodies = keep_bodies
        self._keep_openings = keep_openings
        self._open: tuple[int, int, AESGCM] | None = None
        """Segment, handle and cipher of the file that is written to."""
        self._work: SimpleQueue[tuple[int, int, Body | bytes] | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._lock = RLock()
        """Held while the thread is started or stopped, so that forgetting may be asked for beside the keeping."""
        self.error: VaultError | None = None
        """Why nothing more is kept, once a write or sync has failed."""
        try:
            for place in (folder, keys):
                self._disk.make_folder(place)
        except OSError as error:
            raise VaultError(f"{folder}: the vault cannot be opened: {error}") from error

    def keep(self, ticket: Ticketed, opening: tuple[bytes, str, str] | None, body: Body | None) -> None:
        """Have the entry's body and opening (salt, scheme, identifier) kept, as far as this vault keeps such.

        Returns before they are written. Raises VaultError once the vault has failed. The body may be closed afterwards.
        """
        if self.error is not None:
            raise self.error
        if opening is not None and self._keep_openings:
            self._put(ticket.index, OPENING, cbor.encode(list(opening)))
        if body is not None and self._keep_bodies:
            self._put(ticket.index, BODY, body.share())

    def flush(self) -> None:
        """Return once everything that was to be kept is on the disk, or the vault has failed."""
        with self._lock:
            if self._thread is not None:
                self._work.put(None)
                self._thread.join()
                self._thread = None

    def close(self) -> None:
        """Flush, and give back the file."""
        with self._lock:
            self.flush()
            if self._open is not None:
                self._disk.close(self._open[1])
                self._open = None

    def body(self, index: int) -> Iterator[bytes]:
        """The pieces of the body of entry `index`; raises VaultError if it is not kept (any more) or is harmed."""
        return self._get(index, BODY)

    def opening(self, index: int) -> tuple[bytes, str, str]:
        """Salt, scheme and identifier that open entry `index`'s person digest; raises VaultError as `body` does."""
        salt, scheme, identifier = cbor.decode(b"".join(self._get(index, OPENING)))  # type: ignore[misc]
        return salt, scheme, identifier  # type: ignore[return-value]

    def destroy_key(self, segment: int) -> None:
        """Forget for ever what was kept for one segment; does nothing if that was done before. Raises OSError.

        The key is gone from the folder; that medium and backups keep no copy of it is for the operator to see to.
        """
        with self._lock:
            self.close()  # so that nothing is being written under the key
            for path in (self._key_path(segment), self._path(segment)):
                if self._disk.exists(path):
                    self._disk.remove(path)
                    self._disk.sync_directory(path.parent)

    def forget_expired(self, retention_days: int) -> list[int]:
        """Destroy the keys of all segments whose newest item is older; return their numbers.

        A file is as young as the one begun after it, and the newest is never forgotten.
        """
        limit = self._now_ms() - retention_days * _DAY_MS
        names = [name for name in self._disk.list(self._keys) if name.endswith(".vkey")]
        numbers = sorted(int(name.removesuffix(".vkey"), 16) for name in names)
        expired = [number for number, following in pairwise(numbers) if self._read_key(following)[0] < limit]
        for number in expired:
            self.destroy_key(number)
        return expired

    # Writing: in the vault's thread

    def _put(self, index: int, what: int, content: Body | bytes) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = Thread(target=self._write_forever, name="vault", daemon=True)
                self._thread.start()
            self._work.put((index, what, content))

    def _write_forever(self) -> None:
        """Write items as they come; sync when none is waiting."""
        while (item := self._work.get()) is not None:
            index, what, content = item
            try:
                if self.error is None:
                    self._write(index, what, iter((content,)) if isinstance(content, bytes) else content.chunks())
                    if self._work.empty():
                        self._sync()
            except Exception as error:  # noqa: BLE001  # whatever it was, it is not kept: told with the next `keep`
                self._fail(error)
            finally:
                if not isinstance(content, bytes):
                    content.close()
        try:
            self._sync()
        except OSError as error:
            self._fail(error)

    def _sync(self) -> None:
        if self._open is not None and self.error is None:
            self._disk.datasync(self._open[1])

    def _fail(self, error: Exception) -> None:
        self.error = VaultError(f"{self._folder}: the vault cannot keep any more: {error}; repair, then restart")
        self.error.__cause__ = error

    def _write(self, index: int, what: int, pieces: Iterator[bytes]) -> None:
        """Encrypt and append the pieces, the last one marked, so that a cut item is not taken for a whole one."""
        handle, cipher = self._file_of(index >> self._exponent)
        number, current = 0, next(pieces, b"")
        while True:
            following = next(pieces, None)
            length = len(current) + 16
            piece = _Piece(index, what, following is None, number, length, os.urandom(12), 0)
            head = piece.head()
            sealed = cipher.encrypt(piece.nonce, current, head)
            write_all(self._disk, handle, b"".join((head, zlib.crc32(head).to_bytes(4, "big"), sealed)))
            if following is None:
                return
            number, current = number + 1, following

    def _file_of(self, segment: int) -> tuple[int, AESGCM]:
        """Handle and cipher of a segment's file, made with its key if it is not there."""
        if self._open is not None:
            if self._open[0] == segment:
                return self._open[1:]
            self._disk.datasync(self._open[1])
            self._disk.close(self._open[1])
            self._open = None
        if not self._disk.exists(self._key_path(segment)):
            fixed = _KEY_FILE.pack(_KEY_MAGIC, self._now_ms(), AESGCM.generate_key(256))
            replace_file(self._disk, self._key_path(segment), fixed + zlib.crc32(fixed).to_bytes(4, "big"))
        cipher = AESGCM(self._read_key(segment)[1])
        path = self._path(segment)
        if self._disk.exists(path):
            handle = self._disk.open_append(path)
            sound = max((piece.offset + piece.length for piece in self._pieces(path)), default=0)
            if sound < self._disk.size(path):  # a piece that was being written when the power went
                self._disk.truncate(handle, sound)
                self._disk.datasync(handle)
        else:
            handle = self._disk.create(path)
            self._disk.sync_directory(self._folder)
        self._open = segment, handle, cipher
        return handle, cipher

    # Reading

    def _get(self, index: int, what: int) -> Iterator[bytes]:
        segment = index >> self._exponent
        path = self._path(segment)
        if not self._disk.exists(self._key_path(segment)) or not self._disk.exists(path):
            raise VaultError(f"nothing is kept for entry {index}, or its key was destroyed", code="NotFound")
        cipher = AESGCM(self._read_key(segment)[1])
        number = 0
        for piece in self._pieces(path):
            if (piece.index, piece.what, piece.number) != (index, what, number):
                continue
            sealed = self._disk.read(path, piece.offset, piece.length)
            try:
                yield cipher.decrypt(piece.nonce, sealed, piece.head())
            except InvalidTag:
                raise VaultError(f"{path}: byte {piece.offset}: what was kept for entry {index} is harmed") from None
            if piece.is_last:
                return
            number += 1
        if number:
            raise VaultError(f"{path}: what was kept for entry {index} is cut")
        raise VaultError(f"nothing is kept for entry {index}", code="NotFound")

    def _pieces(self, path: Path) -> Iterator[_Piece]:
        """Headers of all whole pieces in order; behind one that is harmed the next is sought."""
        at, end = 0, self._disk.size(path)
        while at + _HEAD_BYTES <= end:
            head = self._disk.read(path, at, _HEAD_BYTES)
            if zlib.crc32(head[:-_CHECKSUM_BYTES]) == int.from_bytes(head[-_CHECKSUM_BYTES:], "big"):
                _, index, what, is_last, number, length, nonce = _HEAD.unpack_from(head)
                piece = _Piece(index, what, bool(is_last), number, length, nonce, at + _HEAD_BYTES)
                if piece.offset + length <= end:
                    yield piece
                    at = piece.offset + length
                    continue
            found = self._disk.read(path, at + 1, _SCAN_BYTES).find(_MAGIC)
            at = at + 1 + found if found >= 0 else min(end, at + 1 + _SCAN_BYTES - len(_MAGIC))

    def _read_key(self, segment: int) -> tuple[int, bytes]:
        """When the key was made, in ms, and the key."""
        path = self._key_path(segment)
        data = self._disk.read(path)
        if len(data) != _KEY_FILE.size + _CHECKSUM_BYTES or zlib.crc32(data[:-4]) != int.from_bytes(data[-4:], "big"):
            raise VaultError(f"{path}: this is no key of a vault, or it is harmed; restore it from its backup")
        _, made_ms, key = _KEY_FILE.unpack_from(data)
        return made_ms, key

    def _path(self, segment: int) -> Path:
        return self._folder / f"{segment:08x}.vault"

    def _key_path(self, segment: int) -> Path:
        return self._keys / f"{segment:08x}.vkey"
