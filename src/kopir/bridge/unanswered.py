"""Noting in the consumer node's own journal that no answer came, and why: at once, or at the next start.

A node that is killed, or stopped while an exchange is under way, can note nothing. So each start looks for requests of
its own that nothing follows, before it takes new ones.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from kopir.bridge.core import EMPTY_HEADER_DIGEST
from kopir.wire import cbor, merkle
from kopir.wire import record as records
from kopir.wire.errors import ProtocolError
from kopir.wire.evidence import CONSUMER
from kopir.wire.record import Kind, Record

if TYPE_CHECKING:
    from kopir.bridge.core import Core

NEWEST_SEGMENTS: Final = 16
"""How far back a start looks: 130,000 exchanges of segments of the usual size, far more than can be under way."""
_AT_ONCE: Final = 256
_STOPPED: Final = "the node stopped before an answer came"


async def note_unanswered(core: Core, request: Record, leaf: bytes, reason: str) -> None:
    """Write that the request with this leaf hash has no answer; return when that is durable.

    Raises:
        RefusedError: this node has no key for its owner, or the key gave no signature.
        JournalFailedError: the journal takes no more.
    """
    size, root = core.journal.head
    note = request._replace(
        kind=Kind.UNANSWERED,
        nonce=core.random(16),
        header_digest=EMPTY_HEADER_DIGEST,
        media_type=None,
        body_length=0,
        body_digest=EMPTY_HEADER_DIGEST,
        instant_ms=core.now_ms(),
        head_size=size,
        head_root=root,
        request_leaf=leaf,
        reason=_printable(reason),
    )
    written = await core.write_record(CONSUMER, note, core.owner)
    await written.ticket.group.durable
    core.log.warning("unanswered", message_id=request.message_id, request=request.request_id.hex(), why=note.reason)


async def note_lost_requests(core: Core) -> None:
    """Write that of each request that was under way when the node last stopped. What fails is logged, not raised."""
    lost = await asyncio.to_thread(core.journal.reader.unanswered_requests, NEWEST_SEGMENTS)
    for start in range(0, len(lost), _AT_ONCE):
        notes = [_note_lost(core, index) for index in lost[start : start + _AT_ONCE]]
        for error in await asyncio.gather(*notes, return_exceptions=True):
            if isinstance(error, ProtocolError):
                core.log.error("unanswered_not_noted", why=error.message)
            elif error is not None:
                raise error


async def _note_lost(core: Core, index: int) -> None:
    _, _, data, _ = cbor.decode(core.journal.entry(index))  # type: ignore[misc]  # the journal's own entry
    request = records.decode(data)  # type: ignore[arg-type]
    await note_unanswered(core, request, merkle.leaf_hash(data), _STOPPED)  # type: ignore[arg-type]


def _printable(text: str) -> str:
    """Fit `text` into a record's reason: printable, at most 256 bytes of UTF-8."""
    clean = "".join(character if character.isprintable() else " " for character in text)
    return clean.encode()[:256].decode(errors="ignore")
