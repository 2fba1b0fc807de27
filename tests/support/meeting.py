"""Two who change something at the same moment: one has begun and not ended when the other comes, on any database."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from django.db import connection, transaction

OPEN_S: Final = 0.4
"""How long the first stays open after the second has begun; who does not wait for the first has long passed by then."""
PATIENCE_S: Final = 30.0


def meet(first: Callable[[], object], second: Callable[[], object]) -> BaseException | None:
    """Do `first` and leave its transaction open while `second` begins on a connection of its own.

    What `second` raised is returned, None where it raised nothing; what `first` raises is raised.
    """
    begins, faults = threading.Event(), list[BaseException]()

    def come() -> None:
        begins.set()
        try:
            second()
        except BaseException as fault:  # noqa: BLE001 - given to the test
            faults.append(fault)
        finally:
            connection.close()

    other = threading.Thread(target=come)
    with transaction.atomic():
        first()
        other.start()
        begins.wait(PATIENCE_S)
        other.join(OPEN_S)
    other.join(PATIENCE_S)
    assert not other.is_alive()
    return faults[0] if faults else None
