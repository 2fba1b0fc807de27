"""What the parts of a node say, a line each: which part, time, level and event; colors on a terminal alone.

Parts write JSON lines. What comes from outside must not steer a terminal, so control characters are shown, not sent.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any, Final, TextIO

GROUP: Final = "up"
"""The name under which the group itself speaks."""
LIMIT_LINE: Final = 16_384
_LEVELS: Final = {"error": "\x1b[31m", "critical": "\x1b[31m", "warning": "\x1b[33m", "debug": "\x1b[2m"}
_PARTS: Final = ("\x1b[36m", "\x1b[32m", "\x1b[35m", "\x1b[34m")
_PLAIN: Final = "\x1b[0m"
_FIRST: Final = ("at", "level", "node", "event", "trace")
# Marks that reorder what stands beside them (Unicode TR 9), and the two separators that some terminals break lines at.
_UNSEEN: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u2028\u2029")


class Splitter:
    """Cuts what is read from a pipe into lines, those that are too long into pieces."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[str]:
        """The lines that are whole with these bytes; without bytes, at the end, what is left."""
        *lines, self._rest = (self._rest + data).split(b"\n") if data else [self._rest, b""]
        while len(self._rest) > LIMIT_LINE:
            lines.append(self._rest[:LIMIT_LINE])
            self._rest = self._rest[LIMIT_LINE:]
        return [line.decode("utf-8", "replace") for line in lines if line]


class Printer:
    """Writes lines of several parts to one stream, aligned."""

    def __init__(self, parts: Sequence[str], stream: TextIO, *, is_colored: bool, as_json: bool) -> None:
        self._stream = stream
        self._is_colored = is_colored
        self._as_json = as_json
        self._width = max(len(name) for name in (*parts, GROUP))
        self._colors = {name: _PARTS[number % len(_PARTS)] for number, name in enumerate(parts)}

    def tell(self, part: str, line: str) -> None:
        """Write one line of a part."""
        fields = _read(line)
        if self._as_json:
            told = {"part": part, **({"event": line} if fields is None else fields)}
            text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        else:
            text = "\n".join(self._prefix(part) + one for one in self._render(line, fields))
        self._stream.write(text + "\n")
        self._stream.flush()

    def say(self, now_s: float, level: str, event: str, **fields: object) -> None:
        """Write a line of the group's own; `now_s` is the time in seconds since 1970."""
        self.tell(GROUP, json.dumps({"at": round(now_s, 3), "level": level, "event": event, **fields}))

    def _prefix(self, part: str) -> str:
        return self._paint(self._colors.get(part, ""), f"{part:<{self._width}} |") + " "

    def _render(self, line: str, fields: dict[str, Any] | None) -> list[str]:
        if fields is None:
            return [show(line)]
        at, level = fields.get("at"), str(fields.get("level", ""))
        clock = time.strftime("%H:%M:%S", time.localtime(at)) if isinstance(at, int | float) else " " * 8
        words = [show(str(fields["event"]))]
        words += [f"{show(name)}={_value(value)}" for name, value in fields.items() if name not in _FIRST]
        first = f"{clock} {self._paint(_LEVELS.get(level, ''), f'{show(level):<7}')} {' '.join(words)}"
        return [first, *(f"  {show(one)}" for one in str(fields.get("trace", "")).splitlines())]

    def _paint(self, color: str, text: str) -> str:
        return f"{color}{text}{_PLAIN}" if self._is_colored and color else text


def show(text: str) -> str:
    """The text with what would steer a terminal written out."""
    return "".join(
        f"\\x{ord(one):02x}"
        if ord(one) < 32 or 127 <= ord(one) < 160
        else f"\\u{ord(one):04x}"
        if one in _UNSEEN
        else one
        for one in text
    )


def _read(line: str) -> dict[str, Any] | None:
    """The fields of a line of ours; None for any other."""
    if not line.startswith("{"):
        return None
    try:
        fields = json.loads(line)
    except ValueError:
        return None
    return fields if isinstance(fields, dict) and "event" in fields else None


def _value(value: object) -> str:
    if isinstance(value, str) and value and not set(value) & set(' "='):
        return show(value)
    return show(json.dumps(value, ensure_ascii=False))
