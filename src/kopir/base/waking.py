"""Waking the workers of every host once a transaction is committed, by PostgreSQL's LISTEN and NOTIFY.

What can be woken looks each second all the same: SQLite tells nobody, a connection that was lost hears nothing, and
neither does one through a pool that lends connections by transaction (pgbouncer): it takes a LISTEN and forgets it.
"""

from __future__ import annotations

import logging
import threading
from typing import Final

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

CHANNEL: Final = "kopir_wake"
_log = logging.getLogger(__name__)


def wake_workers(writer: BaseDatabaseWrapper) -> None:
    """Wake whoever listens when the open transaction of `writer` is committed; one that is rolled back wakes nobody."""
    if writer.vendor == "postgresql":
        with writer.cursor() as cursor:
            cursor.execute(f"NOTIFY {CHANNEL}")


class Ear:
    """Listens on a connection of its own, which is made when it is first needed and anew once it was lost.

    It belongs to the thread that made it.
    """

    def __init__(self) -> None:
        self._own = connection.copy()
        self._is_deaf = False

    def wait(self, stop: threading.Event, wait_s: float) -> bool:
        """Wait until somebody wakes the workers (True), or for `wait_s` seconds. `stop` ends it where nobody can."""
        if self._own.vendor != "postgresql":
            stop.wait(wait_s)
            return False
        try:
            self._listen()
            with self._own.wrap_database_errors:
                heard = list(self._own.connection.notifies(timeout=wait_s, stop_after=1))
        except Exception:  # noqa: BLE001 - no fault ends the thread that waits; a selector may lack a descriptor
            if not self._is_deaf:
                _log.warning("workers cannot be woken now: they look each second", exc_info=True)
            self._is_deaf = True
            self.close()
            stop.wait(wait_s)
            return False
        self._is_deaf = False
        return bool(heard)

    def close(self) -> None:
        """Listen no more."""
        self._own.close()

    def _listen(self) -> None:
        if self._own.connection is None:
            with self._own.cursor() as cursor:
                cursor.execute(f"LISTEN {CHANNEL}")
