"""Reading one TOML table: every value is asked for by name and kind, every fault is noted, reading goes on.

A value that is missing or wrong is replaced by an empty one, which never reaches a node: `load` raises when
anything was noted. Whatever was not asked for is unknown, and gets the nearest known name as the remedy.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, Final

from kopir.bridge.config.problems import Problem
from kopir.wire.errors import CallerError

_KINDS: Final = {str: "text in quotes", int: "a whole number", float: "a number", bool: "true or false", list: "a list"}


class Sheet:
    """One file and what was found wrong in it."""

    __slots__ = ("file", "folder", "problems")

    def __init__(self, file: Path) -> None:
        self.file = file
        self.folder = file.absolute().parent
        self.problems: list[Problem] = []

    def report(self, key: str, fault: str, remedy: str) -> None:
        """Note one problem."""
        self.problems.append(Problem(self.file, key, fault, remedy))


class Table:
    """One table of the file. `key` is where it stands, empty for the whole file."""

    __slots__ = ("_known", "_values", "key", "sheet")

    def __init__(self, sheet: Sheet, key: str, values: dict[str, Any]) -> None:
        self.sheet = sheet
        self.key = key
        self._values = values
        self._known: list[str] = []

    def has(self, name: str) -> bool:
        """Whether the file says anything about `name`."""
        return name in self._values

    def dotted(self, name: str) -> str:
        """Where `name` stands, for a message."""
        return f"{self.key}.{name}" if self.key else name

    def report(self, name: str, fault: str, remedy: str) -> None:
        """Note a problem with one key of this table."""
        self.sheet.report(self.dotted(name), fault, remedy)

    def know(self, *names: str) -> None:
        """Let these keys stand, whether or not they are asked for."""
        self._known.extend(names)

    def optional_text(self, name: str, example: str) -> str | None:
        """A text that may be left out."""
        text = self._take(name, str, f'write {name} = "{example}"')
        if text is not None and not text.strip():
            self.report(name, "is empty", f'write {name} = "{example}" or leave it out')
            return None
        return None if text is None else str(text)

    def text(self, name: str, example: str) -> str:
        """A text that must be there."""
        if not self.has(name):
            self.know(name)
            self.report(name, "is missing", f'write {name} = "{example}"')
            return ""
        return self.optional_text(name, example) or ""

    def choice(self, name: str, choices: Collection[str], default: str) -> str:
        """One of a few words."""
        text = self.optional_text(name, default)
        if text is not None and text not in choices:
            words = ", ".join(f'"{choice}"' for choice in choices)
            self.report(name, f"is {text!r}", f"choose one of {words}{nearest(text, choices)}")
        return default if text is None else text

    def texts(self, name: str, example: str) -> tuple[str, ...]:
        """A list of texts, empty if it is left out."""
        items = self._take(name, list, f'write {name} = ["{example}"]') or []
        if not all(isinstance(item, str) and item for item in items):
            self.report(name, "holds something that is no text", f'write {name} = ["{example}"]')
            return ()
        return tuple(items)

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number within bounds."""
        number = self._take(name, int, f"write {name} = {default}")
        return int(self._bounded(name, default if number is None else number, least, most))

    def optional_whole(self, name: str, example: int, least: int, most: int) -> int | None:
        """A whole number within bounds that may be left out."""
        self.know(name)
        return self.whole(name, example, least, most) if self.has(name) else None

    def seconds(self, name: str, default: float, least: float, most: float) -> float:
        """A time in seconds, whole or not, within bounds."""
        number = self._take(name, float, f"write {name} = {default:g}")
        return float(self._bounded(name, default if number is None else number, least, most))

    def flag(self, name: str, *, default: bool) -> bool:
        """True or false."""
        value = self.optional_flag(name)
        return default if value is None else value

    def optional_flag(self, name: str) -> bool | None:
        """True, false, or left out."""
        value = self._take(name, bool, f"write {name} = true or {name} = false")
        return None if value is None else bool(value)

    def path(self, name: str, example: str) -> Path:
        """A path that must be there; a relative one starts at the folder of the file."""
        return self.sheet.folder / self.text(name, example)

    def optional_path(self, name: str, example: str) -> Path | None:
        """A path that may be left out."""
        text = self.optional_text(name, example)
        return None if text is None else self.sheet.folder / text

    def identifier(self, name: str, parse: Callable[[str], object], example: str) -> str:
        """A canonical identifier that must be there, and is empty if it is wrong."""
        text = self.text(name, example)
        return self.canonical(name, parse, example, text) if text else ""

    def canonical(self, name: str, parse: Callable[[str], object], example: str, text: str) -> str:
        """Check the spelling of an identifier; empty if it is wrong."""
        try:
            canonical = str(parse(text))
        except CallerError as error:
            self.report(name, error.message, f'write it like "{example}"')
            return ""
        if canonical != text:
            self.report(name, f"{text!r} is not the one spelling of this identifier", f'write "{canonical}"')
            return ""
        return text

    def table(self, name: str) -> Table:
        """The table `[name]`, empty if it is left out."""
        values = self._take(name, dict, f"write it as a table, [{self.dotted(name)}]")
        return Table(self.sheet, self.dotted(name), values or {})

    def tables(self, name: str) -> list[Table]:
        """The tables `[[name]]`."""
        remedy = f"write it as tables, [[{self.dotted(name)}]]"
        items = self._take(name, list, remedy) or []
        if not all(isinstance(item, dict) for item in items):
            self.report(name, "is not a list of tables", remedy)
            return []
        return [Table(self.sheet, f"{self.dotted(name)}[{number}]", item) for number, item in enumerate(items, 1)]

    def finish(self) -> None:
        """Report every key that nobody asked for."""
        for name in self._values:
            if name not in self._known:
                hint = nearest(name, self._known) or f"; allowed here: {', '.join(sorted(set(self._known)))}"
                self.report(name, "is unknown", f"correct or remove it{hint}")

    def _take(self, name: str, kind: type, remedy: str) -> Any:  # noqa: ANN401 - TOML
        """The value if it is of this kind, else None."""
        self.know(name)
        value = self._values.get(name)
        # To Python true is a number, to a reader of the file it is not.
        is_fit = isinstance(value, (int, float) if kind is float else kind) and (
            kind is bool or type(value) is not bool
        )
        if value is not None and not is_fit:
            self.report(name, f"must be {_KINDS.get(kind, 'a table')}", remedy)
            return None
        return value

    def _bounded(self, name: str, number: float, least: float, most: float) -> float:
        if not least <= number <= most:
            self.report(name, f"is {number:g}", f"choose a number from {least:g} to {most:g}")
        return number


def nearest(word: str, known: Collection[str]) -> str:
    """`; did you mean "x"?` for the known word that looks most like this one, or nothing."""
    found = difflib.get_close_matches(word, known, n=1)
    return f'; did you mean "{found[0]}"?' if found else ""
