"""The stylesheet of a body's or country's colors: some twenty custom properties, at an address made from its content.

The address holds the colors themselves and a hash over the stylesheet, so it is served from data without a table, may
be kept for ever, and is another one as soon as the colors or the way of mixing them change.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Final

from django.urls import reverse

from .colors import BLACK, SURFACE_SHARE, WHITE, Colors, check_contrast, complete, mix

_HASH_LENGTH: Final = 10
_NAME = re.compile(r"([0-9a-f]{6})-([0-9a-f]{6})-([0-9a-f]{6})-([0-9a-f]{10})")


def write_theme(colors: Colors) -> str:
    """The stylesheet: our tokens and those of govuk-frontend, each from the colors or mixed from them."""
    tokens = {
        "--govuk-brand-colour": colors.brand,
        "--govuk-link-colour": colors.link,
        "--govuk-link-hover-colour": mix(colors.link, BLACK, 0.45),
        "--govuk-surface-background-colour": mix(colors.brand, WHITE, SURFACE_SHARE),
        "--govuk-template-background-colour": mix(colors.brand, WHITE, SURFACE_SHARE),
        "--govuk-surface-border-colour": mix(colors.brand, WHITE, 0.72),
        "--design-brand-strong": mix(colors.brand, BLACK, 0.28),
        "--design-brand-quiet": mix(colors.brand, WHITE, 0.9),
        "--design-accent": colors.accent,
    }
    return ":root{" + ";".join(f"{name}:{value}" for name, value in tokens.items()) + "}\n"


def get_theme_address(colors: Mapping[str, str]) -> str:
    """Where the stylesheet of these colors is; raises ValueError for colors that `check_contrast` refuses."""
    problems = check_contrast(colors)
    if problems:
        raise ValueError("; ".join(f"{problem.name} is {problem.code}" for problem in problems))
    return reverse("design_files:theme", args=[_name(complete(colors))])


def find_theme(name: str) -> str | None:
    """The stylesheet at an address, or None where the name is not one that `get_theme_address` would give."""
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    brand, accent, link = (f"#{part}" for part in match.groups()[:3])
    if check_contrast({"brand": brand, "accent": accent, "link": link}):
        return None
    colors = Colors(brand, accent, link)
    return write_theme(colors) if _name(colors) == name else None


def _name(colors: Colors) -> str:
    digest = hashlib.sha256(write_theme(colors).encode()).hexdigest()[:_HASH_LENGTH]
    return "-".join(color.removeprefix("#") for color in (colors.brand, colors.accent, colors.link)) + f"-{digest}"
