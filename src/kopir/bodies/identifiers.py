"""Identifiers of persons and bodies: normal form, shape and check digit.

The algorithms are general; lengths, patterns and weights are parameters of the country pack. A digit is never read as
a date of birth: since 2013 Kazakhstan gives numbers whose digits need not match one, and a number is only a name.
Not here: whether the person exists, which only the state's register knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Fault(StrEnum):
    """Why a value is no identifier of its scheme."""

    CHARACTERS = "characters"
    LENGTH = "length"
    PATTERN = "pattern"
    CHECK_DIGIT = "check digit"


@dataclass(frozen=True, slots=True)
class Scheme:
    """One kind of identifier in one country, valid once made.

    `subject` is "person" or "body". `rounds` are the weights of each round of the algorithm. Raises ValueError for an
    algorithm that is not in `ALGORITHMS`, or for weights that do not fit the length.
    """

    code: str
    subject: str
    names: Mapping[str, str]
    length: int
    algorithm: str
    pattern: str = ""
    rounds: tuple[tuple[int, ...], ...] = ()
    example: str = ""
    law: str = ""
    compiled: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.algorithm not in ALGORITHMS:
            raise ValueError(f"{self.algorithm!r} is none of {', '.join(ALGORITHMS)}")
        if self.algorithm == "format" and self.rounds:
            raise ValueError("the algorithm 'format' takes no weights")
        if self.algorithm != "format" and (not self.rounds or any(len(r) != self.length - 1 for r in self.rounds)):
            raise ValueError(f"each round needs {self.length - 1} weights, one for each digit before the check digit")
        object.__setattr__(self, "compiled", re.compile(self.pattern or r"\d*", re.ASCII))

    def fault_of(self, value: str) -> Fault | None:
        """What is wrong with `value`, a normalized identifier, or None. The first fault a person can mend is named."""
        if not (value.isascii() and value.isdigit()):
            return Fault.CHARACTERS
        if len(value) != self.length:
            return Fault.LENGTH
        if not self.compiled.fullmatch(value):
            return Fault.PATTERN
        expected = ALGORITHMS[self.algorithm]([int(digit) for digit in value[:-1]], self.rounds)
        return None if expected is ANY or expected == int(value[-1]) else Fault.CHECK_DIGIT


ANY = None
"""The check digit of a scheme without a published rule."""


def normalize(value: str) -> str:
    """`value` without the spaces and hyphens that people group digits with. Nothing else is repaired."""
    return re.sub(r"[\s\-\u2010-\u2015]", "", value)


def _weighted_mod_11(digits: Sequence[int], rounds: Sequence[Sequence[int]]) -> int | None:
    """The remainder by 11 of the weighted sum; a remainder of 10 goes to the next round's weights.

    10 after the last round: no check digit exists, such numbers are not given out (-1 equals no digit).
    """
    for weights in rounds:
        remainder = sum(digit * weight for digit, weight in zip(digits, weights, strict=True)) % 11
        if remainder != 10:
            return remainder
    return -1


def _weighted_mod_10(digits: Sequence[int], rounds: Sequence[Sequence[int]]) -> int | None:
    """The last digit of the weighted sum."""
    return sum(digit * weight for digit, weight in zip(digits, rounds[0], strict=True)) % 10


def _format(digits: Sequence[int], rounds: Sequence[Sequence[int]]) -> int | None:
    """No rule is published: the shape is all that can be told."""
    return ANY


Algorithm = Callable[[Sequence[int], Sequence[Sequence[int]]], int | None]

ALGORITHMS: Mapping[str, Algorithm] = MappingProxyType(
    {"weighted-mod-11": _weighted_mod_11, "weighted-mod-10": _weighted_mod_10, "format": _format}
)
