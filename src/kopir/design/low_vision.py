"""How a reader with low vision wants pages to look: the choices, and how a cookie keeps them.

The HTML of a page is the same for all; only the stylesheet at one address differs, and the pictures without JavaScript.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

COOKIE_NAME: Final = "kopir-low-vision"
COOKIE_AGE_S: Final = 365 * 24 * 3600
ORDINARY_VALUE: Final = "ordinary"

# For each question its answers, the ordinary one first.
ANSWERS: Final[Mapping[str, Mapping[str, str | Promise]]] = {
    "size": {"100": _("Ordinary"), "125": _("Larger"), "150": _("Large"), "200": _("Twice as large")},
    "spacing": {"ordinary": _("Ordinary"), "wide": _("Wide: between letters, words and lines")},
    "colors": {
        "ordinary": _("Ordinary"),
        "white": _("Black on white"),
        "black": _("White on black"),
        "blue": _("Dark blue on light blue"),
        "cream": _("Brown on cream"),
    },
    "pictures": {"on": _("Shown"), "off": _("Not loaded; words stand in their place")},
}
QUESTIONS: Final[Mapping[str, str | Promise]] = {
    "size": _("Size of text"),
    "spacing": _("Spacing"),
    "colors": _("Colors"),
    "pictures": _("Pictures"),
}


@dataclass(frozen=True)
class Look:
    """One answer to each question; raises ValueError for an answer that does not exist."""

    size: str = "100"
    spacing: str = "ordinary"
    colors: str = "ordinary"
    pictures: str = "on"

    def __post_init__(self) -> None:
        for question, answer in asdict(self).items():
            if answer not in ANSWERS[question]:
                raise ValueError(f"{question} cannot be {answer!r}")

    @property
    def is_ordinary(self) -> bool:
        """Whether pages look as they do for everybody."""
        return self == ORDINARY


ORDINARY: Final = Look()


def write_look(look: Look) -> str:
    """The value of the cookie: what is not ordinary, as `size-150.pictures-off`."""
    ordinary = asdict(ORDINARY)
    parts = [f"{question}-{answer}" for question, answer in asdict(look).items() if answer != ordinary[question]]
    return ".".join(parts) or ORDINARY_VALUE


def read_look(value: str) -> Look:
    """The look that a cookie asks for. Anyone may write anything into one: what is no answer counts as ordinary."""
    found = {}
    for part in value.split("."):
        question, _separator, answer = part.partition("-")
        if answer in ANSWERS.get(question, {}):
            found[question] = answer
    return Look(**found)
