"""Which query parameters matter where: learned from the application's own answers, so that no others make a new page.

A place that is not known has shown no page yet. What was learned only grows: a parameter that mattered once splits
pages from then on, which costs a render and is never wrong.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final

from .addresses import Key, Place

KNOWN: Final = 16_384
KNOWN_MISSING: Final = 1_024
PASSED: Final = 1_024
PASSED_S: Final = 10.0
"""How long it is remembered that an answer could not be kept, so that requests for it do not wait for one another."""


class Places:
    """What is known of places, a bounded number of them; those without a page cannot push out those with one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[Place, tuple[str, ...]] = OrderedDict()
        self._missing: OrderedDict[Place, tuple[str, ...]] = OrderedDict()
        self._passed: OrderedDict[Key, float] = OrderedDict()

    def find_params(self, place: Place) -> tuple[str, ...] | None:
        """The parameters that matter, or None for a place that is not known."""
        found = self._known.get(place)
        return self._missing.get(place) if found is None else found

    def learn(self, place: Place, params: tuple[str, ...], *, is_missing: bool) -> tuple[str, ...]:
        """Take in what an answer said; all parameters that matter now."""
        with self._lock:
            before = self.find_params(place) or ()
            together = before if {*params} <= {*before} else tuple(sorted({*before, *params}))
            table, limit = (self._missing, KNOWN_MISSING) if is_missing else (self._known, KNOWN)
            table[place] = together
            table.move_to_end(place)
            if len(table) > limit:
                table.popitem(last=False)
        return together

    def pass_by(self, key: Key, now: float) -> None:
        """Remember for a while that this could not be kept."""
        with self._lock:
            self._passed[key] = now + PASSED_S
            self._passed.move_to_end(key)
            if len(self._passed) > PASSED:
                self._passed.popitem(last=False)

    def was_passed(self, key: Key, now: float) -> bool:
        """Whether this could not be kept a moment ago."""
        return self._passed.get(key, 0.0) > now
