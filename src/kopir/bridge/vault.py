"""The vault: bodies and openings of persons that a node chose to keep, beside the journal and apart from its proofs.

One file for each segment of the journal and day, every piece encrypted (AES-256-GCM) under a key that lies in a file of
its own in another folder. Destroying that key forgets what the file holds; no record, root or path is made of it, so no
proof breaks. A thread encrypts and writes. What it has taken reaches the disk within a moment, but an exchange does not
wait for it: power lost in between can cost a kept body, never a record. It may also leave the body of a record that the
journal lost, so that an item is known by its record's leaf hash and not by its index alone.
"""

from __future__ import annotations

import os
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
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
_HEAD: Final = struct.Struct(">4sQ32sBBII12s")
"""Magic, leaf index, leaf hash of the record, what it is, 1 for the last piece, its number, length of what follows,
nonce."""
_KEY_FILE: Final = struct.Struct(">8s32s")
_KEY_MAGIC: Final = b"KOPIRKEY"
_CHECKSUM_BYTES: Final = 4
_HEAD_BYTES: Final = _HEAD.size + _CHECKSUM_BYTES
_SCAN_BYTES: Final = 1 << 20
_NAME: Final = re.compile(r"([0-9a-f]{8}-\d{4}-\d{2}-\d{2})\.vkey")
_EPOCH: Final = date(1970, 1, 1)
LIMIT_WAITING_BYTES: Final = 64 << 20
"""How much may wait for the disk: what lies in memory, and a MiB for each body in the spool, for its descriptor."""
_ITEM_BYTES: Final = 1 << 10
_SPOOLED_BYTES: Final = 1 << 20


class VaultError(LocalProtocolError):
    """The vault cannot keep, or does not have, what it was asked for."""

    code = "LoggingFailed"


class Body(Protocol):
    """A body to keep: `share` gives one with the same bytes that lives until its own `close`."""

    @property
    def data(self) -> bytes | None:
        """The bytes, if they are in memory."""

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
class _Item:
    """What waits to be kept."""

    index: int
    leaf: bytes
    what: int
    content: Body | bytes

    @property
    def cost(self) -> int:
        """What it counts for while it waits, in bytes."""
        data = self.content if isinstance(self.content, bytes) else self.content.data
        return _ITEM_BYTES + (_SPOOLED_BYTES if data is None else len(data))


@dataclass(frozen=True, slots=True)
class _Piece:
    """One encrypted piece, as its header tells it."""

    index: int
    leaf: bytes
    what: int
    is_last: bool
    number: int
    length: int
    nonce: bytes
    offset: int
    """Where the ciphertext begins."""

    def head(self) -> bytes:
        """The header's bytes, which the encryption authenticates too."""
        return _HEAD.pack(_MAGIC, self.index, self.leaf, self.what, self.is_last, self.number, self.length, self.nonce)


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
        """Keep in `folder`, with keys in `keys`; `exponent` is the journal's, so that segments have their own files.

        Raises VaultError if the folders cannot be made.
        """
        self._disk = disk or OsDisk()
        self._folder = folder
        self._keys = keys
        self._exponent = exponent
        self._now_ms = now_ms
        self._keep_bodies = keep_bodies
        self._keep_openings = keep_openings
        self._open: tuple[str, int, AESGCM] | None = None
        """Name, handle and cipher of the file that is written to."""
        self._work: SimpleQueue[_Item | None] = SimpleQueue()
        self._taken = self._done = 0
        """What all items cost that were taken, counted under the lock, and that were written, counted by the thread."""
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

    @property
    def waiting_bytes(self) -> int:
        """What waits for the disk, as `LIMIT_WAITING_BYTES` counts it."""
        return self._taken - self._done

    def check(self) -> None:
        """Raise VaultError if nothing can be kept now: a write has failed, or too much waits for the disk."""
        if self.error is not None:
            raise self.error
        if self.waiting_bytes >= LIMIT_WAITING_BYTES:
            waiting = self.waiting_bytes >> 20
            raise VaultError(f"{self._folder}: {waiting} MiB wait to be kept; give it a faster disk, or keep less")

    def keep(self, ticket: Ticketed, leaf: bytes, opening: tuple[bytes, str, str] | None, body: Body | None) -> None:
        """Have body and opening (salt, scheme, identifier) of the entry kept, as far as this vault keeps such.

        `leaf` is the leaf hash of the entry's record. Returns before they are written; the body may be closed then.
        Raises VaultError as `check` does.
        """
        self.check()
        if opening is not None and self._keep_openings:
            self._put(_Item(ticket.index, leaf, OPENING, cbor.encode(list(opening))))
        if body is not None and self._keep_bodies:
            self._put(_Item(ticket.index, leaf, BODY, body.share()))

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

    def body(self, index: int, leaf: bytes) -> Iterator[bytes]:
        """The pieces of the body of entry `index`, whose record has the leaf hash `leaf`.

        Raises VaultError if it is not kept (any more) or is harmed.
        """
        return self._get(index, leaf, BODY)

    def opening(self, index: int, leaf: bytes) -> tuple[bytes, str, str]:
        """Salt, scheme and identifier that open the entry's person digest; raises VaultError as `body` does."""
        salt, scheme, identifier = cbor.decode(b"".join(self._get(index, leaf, OPENING)))  # type: ignore[misc]
        return salt, scheme, identifier  # type: ignore[return-value]

    def destroy_keys(self, segment: int) -> None:
        """Forget for ever what was kept for one segment; does nothing if that was done before. Raises OSError.

        The keys are gone from the folder; that medium and backups keep no copy is for the operator to see to.
        """
        with self._lock:
            self.flush()
            for name in self._names(segment):
                self._destroy(name)

    def forget_expired(self, retention_days: int) -> list[str]:
        """Destroy the keys of all days that ended before the term began; return the names of what they opened."""
        first = _EPOCH + timedelta(days=-retention_days, milliseconds=self._now_ms())
        expired = [name for name in self._names() if date.fromisoformat(name.partition("-")[2]) < first]
        for name in expired:
            self._destroy(name)
        return expired

    def _destroy(self, name: str) -> None:
        with self._lock:
            self.close()  # so that nothing is being written under the key
            for path in (self._key_path(name), self._path(name)):
                if self._disk.exists(path):
                    self._disk.remove(path)
                    self._disk.sync_directory(path.parent)

    def _names(self, segment: int | None = None) -> list[str]:
        """What there are keys for, of one segment or of all, the oldest first."""
        start = "" if segment is None else f"{segment:08x}-"
        names = (match[1] for name in self._disk.list(self._keys) if (match := _NAME.fullmatch(name)))
        return sorted(name for name in names if name.startswith(start))

    # Writing: in the vault's thread

    def _put(self, item: _Item) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = Thread(target=self._write_forever, name="vault", daemon=True)
                self._thread.start()
            self._taken += item.cost
            self._work.put(item)

    def _write_forever(self) -> None:
        """Write items as they come; sync when none is waiting."""
        while (item := self._work.get()) is not None:
            content, cost = item.content, item.cost
            try:
                if self.error is None:
                    self._write(item, iter((content,)) if isinstance(content, bytes) else content.chunks())
                    if self._work.empty():
                        self._sync()
            except Exception as error:  # noqa: BLE001  # whatever it was, it is not kept: told with the next `keep`
                self._fail(error)
            finally:
                if not isinstance(content, bytes):
                    content.close()
                self._done += cost
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

    def _write(self, item: _Item, pieces: Iterator[bytes]) -> None:
        """Encrypt and append the pieces, the last one marked, so that a cut item is not taken for a whole one."""
        today = _EPOCH + timedelta(milliseconds=self._now_ms())
        handle, cipher = self._file_of(f"{item.index >> self._exponent:08x}-{today.isoformat()}")
        number, current = 0, next(pieces, b"")
        while True:
            following = next(pieces, None)
            length = len(current) + 16
            piece = _Piece(item.index, item.leaf, item.what, following is None, number, length, os.urandom(12), 0)
            head = piece.head()
            sealed = cipher.encrypt(piece.nonce, current, head)
            write_all(self._disk, handle, b"".join((head, zlib.crc32(head).to_bytes(4, "big"), sealed)))
            if following is None:
                return
            number, current = number + 1, following

    def _file_of(self, name: str) -> tuple[int, AESGCM]:
        """Handle and cipher of a file, made with its key if it is not there."""
        if self._open is not None:
            if self._open[0] == name:
                return self._open[1:]
            self._disk.datasync(self._open[1])
            self._disk.close(self._open[1])
            self._open = None
        if not self._disk.exists(self._key_path(name)):
            fixed = _KEY_FILE.pack(_KEY_MAGIC, AESGCM.generate_key(256))
            replace_file(self._disk, self._key_path(name), fixed + zlib.crc32(fixed).to_bytes(4, "big"))
        cipher = AESGCM(self._read_key(name))
        path = self._path(name)
        if self._disk.exists(path):
            handle = self._disk.open_append(path)
            sound = max((piece.offset + piece.length for piece in self._pieces(path)), default=0)
            if sound < self._disk.size(path):  # a piece that was being written when the power went
                self._disk.truncate(handle, sound)
                self._disk.datasync(handle)
        else:
            handle = self._disk.create(path)
            self._disk.sync_directory(self._folder)
        self._open = name, handle, cipher
        return handle, cipher

    # Reading

    def _get(self, index: int, leaf: bytes, what: int) -> Iterator[bytes]:
        for name in self._names(index >> self._exponent):
            path = self._path(name)
            if self._disk.exists(path) and (pieces := self._pieces_of(path, index, leaf, what)):
                return self._decrypt(path, AESGCM(self._read_key(name)), pieces)
        raise VaultError(f"nothing is kept for entry {index}, or its key was destroyed", code="NotFound")

    def _pieces_of(self, path: Path, index: int, leaf: bytes, what: int) -> list[_Piece]:
        """The pieces of one item in their order, none of them missing but perhaps the last."""
        found: list[_Piece] = []
        for piece in self._pieces(path):
            if (piece.index, piece.leaf, piece.what, piece.number) == (index, leaf, what, len(found)):
                found.append(piece)
                if piece.is_last:
                    break
        return found

    def _decrypt(self, path: Path, cipher: AESGCM, pieces: list[_Piece]) -> Iterator[bytes]:
        for piece in pieces:
            sealed = self._disk.read(path, piece.offset, piece.length)
            try:
                yield cipher.decrypt(piece.nonce, sealed, piece.head())
            except InvalidTag:
                text = f"{path}: byte {piece.offset}: what was kept for entry {piece.index} is harmed"
                raise VaultError(text) from None
        if not pieces[-1].is_last:
            raise VaultError(f"{path}: what was kept for entry {pieces[-1].index} is cut")

    def _pieces(self, path: Path) -> Iterator[_Piece]:
        """Headers of all whole pieces in order; behind one that is harmed the next is sought."""
        at, end = 0, self._disk.size(path)
        while at + _HEAD_BYTES <= end:
            head = self._disk.read(path, at, _HEAD_BYTES)
            if zlib.crc32(head[:-_CHECKSUM_BYTES]) == int.from_bytes(head[-_CHECKSUM_BYTES:], "big"):
                _, index, leaf, what, is_last, number, length, nonce = _HEAD.unpack_from(head)
                piece = _Piece(index, leaf, what, bool(is_last), number, length, nonce, at + _HEAD_BYTES)
                if piece.offset + length <= end:
                    yield piece
                    at = piece.offset + length
                    continue
            found = self._disk.read(path, at + 1, _SCAN_BYTES).find(_MAGIC)
            at = at + 1 + found if found >= 0 else min(end, at + 1 + _SCAN_BYTES - len(_MAGIC))

    def _read_key(self, name: str) -> bytes:
        path = self._key_path(name)
        data = self._disk.read(path)
        if len(data) != _KEY_FILE.size + _CHECKSUM_BYTES or zlib.crc32(data[:-4]) != int.from_bytes(data[-4:], "big"):
            raise VaultError(f"{path}: this is no key of a vault, or it is harmed; restore it from its backup")
        key: bytes = _KEY_FILE.unpack_from(data)[1]
        return key

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.vault"

    def _key_path(self, name: str) -> Path:
        return self._keys / f"{name}.vkey"
