"""Structured logs: one JSON object a line, with the fields and in the order of the bridge's (kopir.bridge.logs).

The message of a record is its event; what `extra` gives are fields beside it. A line never holds a body, a header's
value or a secret: that is for the callers to keep.
"""

from __future__ import annotations

import json
import logging
from typing import Final

_KNOWN: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_TAKEN: Final = frozenset({"at", "level", "node", "event", "trace"})
# What Django hands over for its own handlers: whole requests, with everything that people wrote in them.
_NEVER: Final = frozenset({"request", "server_time"})


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

    def __init__(self, node: str) -> None:
        """`node` names this node in each line."""
        super().__init__()
        self._node = node

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": round(record.created, 3),
            "level": record.levelname.lower(),
            "node": self._node,
            "event": record.getMessage(),
        }
        for name, value in vars(record).items():
            if name not in _KNOWN and name not in _NEVER:
                line[f"{name}_" if name in _TAKEN else name] = value
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, separators=(",", ":"), default=str)
