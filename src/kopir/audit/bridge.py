"""The way to the bridge of this machine: a head to its control port, and the heads that its journal holds."""

from __future__ import annotations

import http.client
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kopir.base.transactions import outside_transaction
from kopir.bridge.journal import JournalView
from kopir.wire import cbor
from kopir.wire.errors import MalformedError, ProtocolError
from kopir.wire.evidence import STAMP_ENTRY, AuditHead, decode_audit_head

from .errors import BridgeUnreachableError

TIMEOUT_S: Final = 2.0
LIMIT_ANSWER_BYTES: Final = 500
_ALL_SEGMENTS: Final = 1 << 32


class _UnixConnection(http.client.HTTPConnection):
    """HTTP over a unix socket."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=TIMEOUT_S)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(TIMEOUT_S)
        self.sock.connect(self._path)


@dataclass(frozen=True)
class Journaled:
    """The heads of one record that a journal holds, in its order, and how far they are under a time stamp.

    `stamped_size` is the size of the newest head that a stamp covers, 0 without one. `is_whole` is False where segments
    of the journal were retired, and heads with them.
    """

    heads: tuple[AuditHead, ...]
    stamped_size: int
    is_whole: bool


def post_head(address: str, log: str, size: int, head: bytes) -> int:
    """Hand a head over; the place of its entry in the journal, where it is durable. Raises BridgeUnreachableError."""
    outside_transaction("handing a head to the bridge")
    body = AuditHead(log, size, head).encode()
    connection = _connect(address)
    try:
        connection.request("POST", "/audit-head", body, {"Content-Type": "application/cbor"})
        answer = connection.getresponse()
        text = answer.read(LIMIT_ANSWER_BYTES).decode("utf-8", "replace").strip()
    except (OSError, http.client.HTTPException) as error:
        raise BridgeUnreachableError(address=address, why=str(error) or type(error).__name__) from error
    finally:
        connection.close()
    if answer.status != http.HTTPStatus.OK or not text.isdecimal():
        raise BridgeUnreachableError(address=address, why=f"{answer.status} {text}")
    return int(text)


def read_journaled(folder: Path, log: str) -> Journaled:
    """The heads of `log` in the journal in `folder`; the node may be running. Raises ProtocolError, OSError."""
    view = JournalView.open(folder)
    heads: list[tuple[int, AuditHead]] = []
    stamped = 0
    for index, entry in view.reader.newest_others(_ALL_SEGMENTS):
        match cbor.decode(entry):
            case [kind, int(size), bytes(root), bytes()] if kind == STAMP_ENTRY:
                if not stamped and _is_root(view, size, root):  # the newest one covers all that older ones do
                    stamped = size
            case _:
                head = _as_head(entry)
                if head is not None and head.log == log:
                    heads.append((index, head))
    heads.reverse()
    covered = [head.size for index, head in heads if index < stamped]
    return Journaled(tuple(head for _, head in heads), max(covered, default=0), not view.retired)


def _connect(address: str) -> http.client.HTTPConnection:
    if address.startswith("unix:"):
        return _UnixConnection(address.removeprefix("unix:"))
    host, _, port = address.rpartition(":")
    return http.client.HTTPConnection(host.strip("[]"), int(port), timeout=TIMEOUT_S)


def _as_head(entry: bytes) -> AuditHead | None:
    try:
        return decode_audit_head(entry)
    except MalformedError:
        return None


def _is_root(view: JournalView, size: int, root: bytes) -> bool:
    """Whether the journal had this root at this size; False too where that is no longer to be known."""
    try:
        return view.reader.root_at(size) == root
    except ProtocolError:
        return False
