"""The memory of request ids that makes a node accept each request once, for as long as its time allows it at all.

What is remembered of an id is its keyed 64-bit hash, in sorted arrays: about nine bytes for each request, 13 MB at
4,000 requests per second, where a set would need 100. The id alone is the key: it is random, so no other consumer can
use it up before its owner, and refusing an id to everyone is stricter than refusing it to one consumer and node.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from typing import Final

from kopir.wire.errors import ReplayError
from kopir.wire.record import request_id_instant

PAST_MS: Final = 300_000
"""How old a request may be."""
AHEAD_MS: Final = 60_000
"""How far a peer's clock may be ahead of ours."""

_BUCKET_MS: Final = 30_000
_BUCKETS_BACK: Final = (PAST_MS + AHEAD_MS) // _BUCKET_MS
# At 4,000/s a part has about a thousand hashes: finding a place takes ten steps, and making room moves 4 KB.
_PARTS: Final = 128


class ReplayMemory:
    """Ids by the 30 s in which they were minted; a bucket that can no longer matter is dropped whole."""

    __slots__ = ("_buckets", "_newest")

    def __init__(self) -> None:
        self._buckets: dict[int, list[array[int]]] = {}
        self._newest = 0

    def __len__(self) -> int:
        return sum(len(part) for parts in self._buckets.values() for part in parts)

    def accept(self, request_id: bytes, instant_ms: int, now_ms: int) -> None:
        """Remember the request of `request_id` minted at `instant_ms`; raise ReplayError if it must not be carried out.

        It must not if it was accepted before, is more than 300 s old or 60 s ahead of `now_ms`, or its time is not in
        its id. Should our clock go back, what was forgotten under the later time stays refused.
        """
        if request_id_instant(request_id) != instant_ms:
            raise ReplayError("the instant of the request is not the one in its id")
        if instant_ms < now_ms - PAST_MS:
            raise ReplayError(f"the request is {now_ms - instant_ms} ms old; at most {PAST_MS} are allowed")
        if instant_ms > now_ms + AHEAD_MS:
            raise ReplayError(f"the request is {instant_ms - now_ms} ms ahead; at most {AHEAD_MS} are allowed")
        number = instant_ms // _BUCKET_MS
        if number > self._newest:
            self._newest = number
            self._drop_before(number - _BUCKETS_BACK)
        elif number < self._newest - _BUCKETS_BACK:
            raise ReplayError("the request is of a time that is no longer remembered; did the clock go back?")
        if not self._add(number, request_id):
            raise ReplayError("the request was accepted before")

    def load(self, request_ids: Iterable[bytes], now_ms: int) -> None:
        """Remember ids that were accepted before a restart, in any order; those too old to come again are left out."""
        for request_id in request_ids:
            instant_ms = request_id_instant(request_id)
            if instant_ms >= now_ms - PAST_MS:
                self._add(instant_ms // _BUCKET_MS, request_id)

    def _add(self, number: int, request_id: bytes) -> bool:
        parts = self._buckets.get(number)
        if parts is None:
            parts = self._buckets[number] = [array("q") for _ in range(_PARTS)]
        # SipHash under a key of this process: nobody outside can choose ids that fall into one place.
        known = hash(request_id)
        part = parts[known % _PARTS]
        at = bisect_left(part, known)
        if at < len(part) and part[at] == known:
            return False
        part.insert(at, known)
        return True

    def _drop_before(self, number: int) -> None:
        for old in [one for one in self._buckets if one < number]:
            del self._buckets[old]
