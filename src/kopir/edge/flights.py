"""One render for each page at a time: whoever asks for it meanwhile waits for the first one's."""

from __future__ import annotations

import enum
import threading

from .addresses import Key


class Landing(enum.Enum):
    """How a flight ended, for those who waited."""

    KEPT = enum.auto()
    """Look again: it is there."""
    PASSED = enum.auto()
    """It is nothing to be kept: each asks for itself."""
    FAILED = enum.auto()
    """The application failed or had no place, and nothing could be shown instead."""


class Flight:
    """A render under way."""

    def __init__(self) -> None:
        self._landed = threading.Event()
        self._landing = Landing.FAILED

    def land(self, landing: Landing) -> None:
        """Let those who wait go on."""
        self._landing = landing
        self._landed.set()

    def wait(self, limit_s: float) -> Landing:
        """How it ended; FAILED if it takes longer than the limit."""
        return self._landing if self._landed.wait(limit_s) else Landing.FAILED


class Flights:
    """All renders under way, by page."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._flights: dict[Key, Flight] = {}

    def board(self, key: Key) -> tuple[Flight, bool]:
        """The flight for a page, and whether it is this caller who makes it; that one has to land it."""
        with self._lock:
            flight = self._flights.get(key)
            if flight is not None:
                return flight, False
            flight = self._flights[key] = Flight()
            return flight, True

    def land(self, key: Key, landing: Landing) -> None:
        """End the flight for a page."""
        with self._lock:
            flight = self._flights.pop(key)
        flight.land(landing)
