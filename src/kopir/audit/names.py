"""Names of what rows speak of. This room knows ids alone; the rooms above tell how a body or a person is called.

They also tell in words what was done, for the eyes of people: what is recorded, sealed and filtered by is the code.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from django.utils.functional import Promise

from kopir.base.registry import Registry

SHORT: Final = 8
"""How many signs of a long number are shown; the page of the entry has all."""
FindNames = Callable[[list[str]], Mapping[str, str]]
"""Takes ids, gives names in the active language for those that it knows."""

NAMES: Final = Registry[FindNames]("source of names")
"""By what stands before the colon of a subject: "bodies.body"."""

ACTIONS: Final = Registry[Promise]("action in words")
"""By the code of an action: "bodies.move_body"."""
KINDS: Final = Registry[Promise]("kind of subject")
"""By what stands before the colon of a subject."""


def tell_action(code: str) -> str:
    """What was done, in words; the code itself where no room has told them."""
    return str(ACTIONS.get(code)) if code in ACTIONS else code


def tell_subject(subject: str, names: Mapping[str, str]) -> str:
    """What it was done to: by its name, else by its kind and number."""
    kind, _, key = subject.partition(":")
    if subject in names:
        return names[subject]
    if kind not in KINDS:
        return subject
    return f"{KINDS.get(kind)} {key[:SHORT]}" if any(map(str.isdecimal, key)) else str(KINDS.get(kind))


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
