"""A table of named things that rooms fill at start-up, so that a lower room can use what a higher one brings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class Registry(Generic[Thing]):
    """Things by name, in the order in which they came."""

    def __init__(self, what: str) -> None:
        """`what` is what one thing is called, in errors: "periodic job"."""
        self._what = what
        self._things: dict[str, Thing] = {}

    def add(self, name: str, thing: Thing) -> None:
        """Register; raises ValueError where another thing has the name."""
        if self._things.setdefault(name, thing) is not thing:
            raise ValueError(f"there are two of {self._what} {name!r}: give one of them another name")

    def get(self, name: str) -> Thing:
        """The thing of this name; raises LookupError naming those that exist."""
        try:
            return self._things[name]
        except KeyError:
            known = ", ".join(sorted(self._things)) or "none"
            raise LookupError(f"there is no {self._what} {name!r}; registered: {known}") from None

    def __contains__(self, name: object) -> bool:
        return name in self._things

    def __iter__(self) -> Iterator[tuple[str, Thing]]:
        return iter(list(self._things.items()))

    def __len__(self) -> int:
        return len(self._things)
