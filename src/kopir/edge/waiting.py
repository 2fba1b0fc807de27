"""The waiting room: how many pages are made at once, in all and for one host, and how long a request waits.

A host whose pages are asked for in masses can take all places but one, so that the others' are still made. Whoever
waits holds a thread of the server; those who find a seat may wait long, the others only for a moment, so that threads
are left for what is in memory.

Staff have places and seats beside those, which citizens in masses do not take.
"""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator
from typing import Final

SEATS_PER_PLACE: Final = 2
SEATED_S: Final = 5.0
STANDING_S: Final = 0.25
SPARE_THREADS: Final = 4
STAFF: Final = "@staff"
"""In place of a host; no host is written like this."""


def count_threads(places: int) -> int:
    """How many threads a server needs for this many places: those that make, those that wait, some that only answer."""
    return (places + count_staff_places(places)) * (1 + SEATS_PER_PLACE) + SPARE_THREADS


def count_staff_places(places: int) -> int:
    """How many pages are made for staff at once, beside this many places."""
    return max(1, places // 2)


class WaitingRoom:
    """`places` pages are made at once, twice as many requests may wait long."""

    def __init__(self, places: int, *, seated_s: float = SEATED_S, standing_s: float = STANDING_S) -> None:
        self._places = places
        self._host_places = max(1, places - 1)
        self._staff_places = count_staff_places(places)
        self._free_seats = {False: SEATS_PER_PLACE * places, True: SEATS_PER_PLACE * self._staff_places}
        self._seated_s = seated_s
        self._standing_s = standing_s
        self._changed = threading.Condition()
        self._taken: Counter[str] = Counter()

    def enter(self, host: str) -> bool:
        """Take a place, waiting for it; False where there is none to be had. Who got one has to leave."""
        with self._changed:
            if self._has_place(host):
                self._taken[host] += 1
                return True
        with self.wait(is_staff=host == STAFF) as limit_s, self._changed:
            if not self._changed.wait_for(lambda: self._has_place(host), limit_s):
                return False
            self._taken[host] += 1
            return True

    def leave(self, host: str) -> None:
        """Give the place back."""
        with self._changed:
            self._taken[host] -= 1
            if not self._taken[host]:
                del self._taken[host]
            self._changed.notify_all()

    @contextlib.contextmanager
    def wait(self, *, is_staff: bool = False) -> Iterator[float]:
        """Wait for something within; gives how long one may, in seconds."""
        with self._changed:
            is_seated = self._free_seats[is_staff] > 0
            self._free_seats[is_staff] -= is_seated
        try:
            yield self._seated_s if is_seated else self._standing_s
        finally:
            with self._changed:
                self._free_seats[is_staff] += is_seated

    def _has_place(self, host: str) -> bool:
        staff = self._taken[STAFF]
        if host == STAFF:
            return staff < self._staff_places
        return self._taken.total() - staff < self._places and self._taken[host] < self._host_places
