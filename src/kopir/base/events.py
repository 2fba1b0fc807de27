"""What happened, told upward after commit: a lower room emits, a higher one subscribes, neither knows the other.

A handler runs after the transaction of the emitter is committed; what it raises is logged and breaks neither the
emitter nor other handlers. What must not be lost is a job, not an event: a process that dies between commit and handler
takes the event with it.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import transaction

Event = TypeVar("Event")
_log = logging.getLogger(__name__)
_handlers: dict[type, list[Callable[[Any], object]]] = defaultdict(list)


def subscribe(event_class: type[Event], handler: Callable[[Event], object]) -> None:
    """Call `handler` with each event of exactly this class; subscribing a handler twice changes nothing."""
    if handler not in _handlers[event_class]:
        _handlers[event_class].append(handler)


def unsubscribe(event_class: type[Event], handler: Callable[[Event], object]) -> None:
    """Undo `subscribe`."""
    _handlers[event_class].remove(handler)


def emit(event: object) -> None:
    """Tell the handlers of the event's class once the transaction is committed, at once outside a transaction."""
    for handler in tuple(_handlers.get(type(event), ())):
        transaction.on_commit(lambda handler=handler: _call(handler, event))  # type: ignore[misc]


def _call(handler: Callable[[Any], object], event: object) -> None:
    try:
        handler(event)
    except Exception:  # noqa: BLE001 - whatever a handler raises stays with it
        name = f"{handler.__module__}.{getattr(handler, '__qualname__', type(handler).__name__)}"
        _log.exception("event handler failed", extra={"event_class": type(event).__name__, "handler": name})
