"""Time stamps over the journal's head (RFC 3161), and the stop when they fail to come for too long.

Every `every_s` the durable head is hashed, stamped by the configured authority and the token entered in the journal.
While there is none the node goes on and shows the unstamped stretch, until `stop_after_s` have passed.
"""

from __future__ import annotations

import asyncio
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from kopir.bridge.journal import JournalGapError
from kopir.signing import stamps
from kopir.signing.errors import StampError, StampReason
from kopir.wire import cbor
from kopir.wire import record as records
from kopir.wire.errors import ProtocolError, RefusedError
from kopir.wire.evidence import RECORD_ENTRY, STAMP_ENTRY, head_statement

if TYPE_CHECKING:
    from kopir.bridge.core import Core
    from kopir.bridge.http_client import HttpClient
    from kopir.bridge.journal import Journal

NEWEST_SEGMENTS: Final = 64
"""How far back the last stamp is looked for: many hours of a busy node."""
LIMIT_TOKEN_BYTES: Final = 60_000
"""Fits an entry of the journal; a token with a whole chain of certificates has a tenth of it."""
_REQUEST_TYPE: Final = b"application/timestamp-query"


class TimestampingFailedError(RefusedError):
    """No time stamp for longer than the node may go on without."""

    code = "TimestampingFailed"


class Stamper:
    """Keeps the journal of one node stamped. `last_size` is the size of the last stamped head."""

    def __init__(self, core: Core, client: HttpClient) -> None:
        """Go on from the last stamp in the journal, so that no restart hides how long there was none."""
        self._core = core
        self._client = client
        self.last_size = _last_stamped(core.journal)
        self._unstamped_since_ms = _first_instant(core.journal, self.last_size)

    async def run(self) -> None:
        """Stamp for ever; failures are logged and tried again at the next turn."""
        while True:
            await asyncio.sleep(self._core.config.timestamp.every_s)
            self.observe()
            if self._core.config.timestamp.url is None:
                continue
            try:
                await self.stamp_now()
            except (ProtocolError, StampError, OSError) as error:
                self._core.log.warning(
                    "no time stamp", why=str(error), remedy="check [timestamp] url and the authority"
                )

    def observe(self) -> None:
        """Update the metrics of the unstamped stretch."""
        core = self._core
        size, _ = core.journal.head
        unstamped = max(0, size - self.last_size)
        if not unstamped:
            self._unstamped_since_ms = None
        elif self._unstamped_since_ms is None:
            self._unstamped_since_ms = core.now_ms()
        core.metrics.unstamped_entries.set(unstamped)
        core.metrics.unstamped_seconds.set(self.unstamped_ms() / 1000)

    def unstamped_ms(self) -> int:
        """Return for how long, at least, an entry has waited for its stamp."""
        since = self._unstamped_since_ms
        return 0 if since is None else max(0, self._core.now_ms() - since)

    def check(self) -> None:
        """Refuse to go on when the unstamped stretch is too long.

        Raises:
            TimestampingFailedError: it is.
        """
        limit_s = self._core.config.timestamp.stop_after_s
        if limit_s and self.unstamped_ms() > limit_s * 1000:
            msg = f"no time stamp for more than {limit_s:.0f} s; repair the time stamp authority"
            raise TimestampingFailedError(msg)

    async def stamp_now(self) -> bool:
        """Stamp the present head; False if it is stamped already.

        Raises:
            TimestampingFailedError: none is configured.
            StampError: the answer does not hold.
            ServiceError: the authority does not answer.
        """
        core = self._core
        url = core.config.timestamp.url
        if url is None:
            msg = "no time stamp authority is configured: write [timestamp] url"
            raise TimestampingFailedError(msg)
        size, root = core.journal.head
        if size <= self.last_size:
            return False
        digest = sha256(head_statement(core.node, size, root)).digest()
        nonce = int.from_bytes(core.random(8), "big") >> 1 or 1
        response = await self._client.post(url, _REQUEST_TYPE, stamps.make_request(digest, nonce))
        current = core.directories.get(core.config.node.instance)
        listed = [] if current is None else [one.certificate for one in current.directory.stamp_authorities]
        token, _ = stamps.accept_response(response, digest=digest, nonce=nonce, tsa_certificates=listed)
        if len(token) > LIMIT_TOKEN_BYTES:
            msg = f"the token has {len(token)} bytes; at most {LIMIT_TOKEN_BYTES} are kept"
            raise StampError(StampReason.MALFORMED, msg)
        ticket = core.journal.append(cbor.encode([STAMP_ENTRY, size, root, token]), None)
        await ticket.group.durable
        # The stamp's own entry waits for the next stamp only together with something else.
        self.last_size = max(self.last_size, size + 1 if core.journal.head[0] == size + 1 else size)
        self._unstamped_since_ms = None
        self.observe()
        return True


def _last_stamped(journal: Journal) -> int:
    """Return how many entries are under the last stamp; 0 if there is none in the newest segments."""
    for index, entry in journal.reader.newest_others(NEWEST_SEGMENTS):
        match cbor.decode(entry):
            case [entry_kind, int(size), bytes(), bytes()] if entry_kind == STAMP_ENTRY:
                return index + 1 if index == size else size
    return 0


def _first_instant(journal: Journal, size: int) -> int | None:
    """Return the instant of the first record that is not under the first `size` entries; None if there is none."""
    for index in range(size, journal.head[0]):
        try:
            match cbor.decode(journal.entry(index)):
                case [entry_kind, int(), bytes(record), bytes()] if entry_kind == RECORD_ENTRY:
                    return records.decode(record).instant_ms
        except JournalGapError:
            return None
    return None
