"""Fields of a pack taken one by one: a wrong one becomes a sentence in a list, and reading goes on with a stand-in.

So that an author of a pack is told of everything at once. What the fields are: `pack`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d", re.ASCII)


@dataclass(slots=True)
class Entry:
    """One table or row of a file, at `where`; `problems` is shared by the whole pack, unread fields are unknown."""

    where: str
    fields: Mapping[str, Any]
    problems: list[str]
    read: set[str] = field(default_factory=set)

    def fail(self, key: str, fault: str) -> None:
        """Note what is wrong with a field; `fault` says fact and remedy."""
        self.problems.append(f"{self.where}: {key}: {fault}")

    def text(self, key: str, *, pattern: str = ".+", default: str | None = None) -> str:
        """A text that matches `pattern` whole; the default where it is missing, a fault where there is none."""
        value = self._take(key, default)
        if value is None:
            return ""
        if not isinstance(value, str) or (value != default and not re.fullmatch(pattern, value, re.ASCII)):
            self.fail(key, f"{value!r} has not the form {pattern}")
            return default or ""
        return value.strip()

    def choice(self, key: str, allowed: Iterable[str], default: str | None = None) -> str:
        """One of the allowed; the first where it is not."""
        value, known = self.text(key, default=default), list(allowed)
        if value and value not in known and value != default:
            self.fail(key, f"{value!r} is none of: {', '.join(known)}")
            return known[0] if known else ""
        return value

    def texts(self, key: str, languages: Iterable[str], *, is_required: bool = True) -> dict[str, str]:
        """A text in every one of `languages`, in their order; {} where it is missing and not required."""
        value = self._take(key, None if is_required else {})
        if not value:
            return {}
        if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
            self.fail(key, 'write a table of languages, as { en = "…" }')
            return {}
        known = list(languages)
        if missing := [code for code in known if not value.get(code, "").strip()]:
            self.fail(key, f"write it in {', '.join(missing)} too")
        if strange := sorted(set(value) - set(known)):
            self.fail(key, f"{', '.join(strange)}: list the language in country.toml first, or take it away")
        return {code: value[code].strip() for code in known if value.get(code, "").strip()}

    def numbers(self, key: str, low: int, high: int, default: list[int] | None = None) -> tuple[int, ...]:
        """A list of whole numbers from `low` to `high`."""
        value = self._take(key, default)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(type(item) is int and low <= item <= high for item in value):
            self.fail(key, f"write a list of whole numbers from {low} to {high}")
            return ()
        return tuple(value)

    def number(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """A whole number from `low` to `high`."""
        value = self._take(key, default)
        if value is None:
            return low
        if type(value) is not int or not low <= value <= high:
            self.fail(key, f"write a whole number from {low} to {high}")
            return low
        return value

    def rows_of_numbers(self, key: str, low: int, high: int) -> tuple[tuple[int, ...], ...]:
        """A list of lists of whole numbers from `low` to `high`, empty where it is missing."""
        value = self._take(key, [])
        rows = value if isinstance(value, list) else [value]
        return tuple(Entry(self.where, {key: row}, self.problems).numbers(key, low, high) for row in rows)

    def point(self, latitude: str, longitude: str) -> tuple[float, float] | None:
        """Two degrees (WGS 84), None where either is empty."""
        texts = self._take(latitude, ""), self._take(longitude, "")
        if not all(texts):
            return None
        try:
            point = float(texts[0]), float(texts[1])
        except (TypeError, ValueError):
            point = (91.0, 0.0)
        if not (-90 <= point[0] <= 90 and -180 <= point[1] <= 180):
            self.fail(latitude, "write latitude and longitude in degrees, as 51.14 and 71.469")
            return None
        return point

    def flag(self, key: str) -> bool:
        """True or false; false where it is missing."""
        value = self._take(key, default=False)
        if not isinstance(value, bool):
            self.fail(key, "write true or false")
        return value is True

    def day(self, key: str) -> date | None:
        """A date as YYYY-MM-DD, None where the field is empty."""
        value = self._take(key, "")
        if not value:
            return None
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            self.fail(key, f"{value!r} is no day of the calendar; write it as 2026-03-21")
            return None

    def table(self, key: str) -> dict[str, Any]:
        """A table of any fields, empty where it is missing or none."""
        value = self._take(key, {})
        if isinstance(value, dict):
            return value
        self.fail(key, "write a table")
        return {}

    def entries(self, key: str, *, is_required: bool = True) -> list[Entry]:
        """The tables of a list, or those of a table of tables with their names as the field `code`."""
        value = self._take(key, None if is_required else [])
        found = [{"code": name, **inner} for name, inner in value.items()] if _is_nested(value) else value
        if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
            if value is not None:
                self.fail(key, "write a list of tables")
            return []
        names = [item.get("code") or item.get("slug") or f"{key} {number}" for number, item in enumerate(found, 1)]
        return [Entry(f"{self.where}: {name}", item, self.problems) for name, item in zip(names, found, strict=True)]

    def end(self) -> None:
        """Note every field that nobody asked for: a slip of the pen must not be passed over."""
        for key in sorted(set(self.fields) - self.read):
            self.fail(key, "no such field; see docs/reference/country-pack.md")

    def _take(self, key: str, default: Any) -> Any:  # noqa: ANN401 - a file may hold anything
        self.read.add(key)
        if key in self.fields:
            return self.fields[key]
        if default is None:
            self.fail(key, "is missing")
        return default


def _is_nested(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(inner, dict) for inner in value.values())


def is_time(value: object) -> bool:
    """Whether `value` is a time of day as "09:00"."""
    return isinstance(value, str) and TIME.fullmatch(value) is not None
