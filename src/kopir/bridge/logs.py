"""Structured logs: one JSON object a line on standard error, written in bursts so that a line costs no system call.

Values are data, never format strings; a line never holds a body, a header value or a secret.
"""

from __future__ import annotations

import json
import os
import time
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

LEVELS: Final = {"debug": 10, "info": 20, "warning": 30, "error": 40}
FLUSH_S: Final = 0.2
FLUSH_LINES: Final = 500
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Log:
    """The log of one node. `flush` is called by the node every `FLUSH_S` and at its end."""

    def __init__(self, node: str, *, level: str = "info", write: Callable[[bytes], object] | None = None) -> None:
        """Write through `write`, standard error by default."""
        self._node = encode_basestring(node)
        self._least = LEVELS[level]
        self._write = write or _to_stderr
        self._lines: list[str] = []
        self._limited: dict[str, tuple[float, int]] = {}
        self.is_info = self._least <= LEVELS["info"]

    def debug(self, event: str, **fields: object) -> None:
        """Tell a developer."""
        self._add("debug", event, fields)

    def info(self, event: str, **fields: object) -> None:
        """Tell what happened."""
        self._add("info", event, fields)

    def warning(self, event: str, **fields: object) -> None:
        """Tell what an operator should look at."""
        self._add("warning", event, fields)

    def error(self, event: str, **fields: object) -> None:
        """Tell what an operator must mend."""
        self._add("error", event, fields)
        self.flush()

    def limited(self, event: str, *, key: str, every_s: float = 1.0, **fields: object) -> None:
        """Warn at most once in `every_s` for each `key`, so that a stranger cannot fill the disk; count the rest."""
        now = time.monotonic()
        last, skipped = self._limited.get(key, (-every_s, 0))
        if now - last < every_s:
            self._limited[key] = (last, skipped + 1)
            return
        if len(self._limited) > FLUSH_LINES:
            self._limited.clear()
        self._limited[key] = (now, 0)
        if skipped:
            fields["skipped"] = skipped
        self._add("warning", event, fields)

    def _add(self, level: str, event: str, fields: dict[str, object]) -> None:
        if LEVELS[level] < self._least:
            return
        parts = [f'{{"at":{time.time():.3f},"level":"{level}","node":{self._node},"event":"{event}"']
        for name, value in fields.items():
            # Nearly every value is a text: the encoder for any value costs four times as much.
            parts.append(f',"{name}":{encode_basestring(value) if type(value) is str else _encode(value)}')
        parts.append("}")
        self._lines.append("".join(parts))
        if len(self._lines) >= FLUSH_LINES:
            self.flush()

    def flush(self) -> None:
        """Write what has gathered."""
        if self._lines:
            lines, self._lines = self._lines, []
            self._write(("\n".join(lines) + "\n").encode("utf-8", "backslashreplace"))


def _to_stderr(data: bytes) -> None:
    try:
        while data:
            data = data[os.write(2, data) :]
    except OSError:
        return  # a log that cannot be written must not stop the node
