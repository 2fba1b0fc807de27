"""Names of what rows speak of. This room knows ids alone; the rooms above tell how a body or a person is called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from kopir.base.registry import Registry

FindNames = Callable[[list[str]], Mapping[str, str]]
"""Takes ids, gives names in the active language for those that it knows."""

NAMES: Final = Registry[FindNames]("source of names")
"""By what stands before the colon of a subject: "bodies.body"."""


def find_names(subjects: Iterable[str]) -> dict[str, str]:
    """The names of these subjects, as far as somebody knows them: one call for each kind."""
    wanted: dict[str, list[str]] = defaultdict(list)
    for subject in dict.fromkeys(subjects):
        kind, _, key = subject.partition(":")
        if kind in NAMES:
            wanted[kind].append(key)
    return {
        f"{kind}:{key}": name
        for kind, ids in wanted.items()
        for key, name in NAMES.get(kind)(ids).items()
        if key in ids
    }
