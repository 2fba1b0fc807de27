"""Colors of a body or a country: how they are written, mixed and judged for contrast. Knows nothing of whose they are.

Ratios are those of WCAG 2.2 (relative luminance, section "contrast ratio"): at least 4.5 for text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

RGB = tuple[int, int, int]

WHITE: Final = "#ffffff"
BLACK: Final = "#000000"
TEXT_RATIO: Final = 4.5
SURFACE_SHARE: Final = 0.95
# What a body may choose. `brand` carries white words on ribbon, hero and buttons; `link` stands on white and on the
# quiet surface; `accent` is a short line that means nothing, so no contrast is asked of it.
NAMES: Final[Mapping[str, str | Promise]] = {
    "brand": _("Main color"),
    "accent": _("Second color"),
    "link": _("Color of links"),
}
_WRITTEN = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True)
class Problem:
    """What is wrong with one color: `name` says which (a key of NAMES or what was given instead), `code` the kind."""

    name: str
    code: str
    sentence: str | Promise

    def __str__(self) -> str:
        return str(self.sentence)


@dataclass(frozen=True)
class Colors:
    """The colors of a theme, each as `#rrggbb`, readable together."""

    brand: str
    accent: str
    link: str


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colors written `#rrggbb`, from 1.0 (equal) to 21.0 (black and white)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mix(color: str, other: str, share: float) -> str:
    """`color` with `share` (0 to 1) of `other` stirred in."""
    pairs = zip(_rgb(color), _rgb(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def check_contrast(colors: Mapping[str, str]) -> list[Problem]:
    """What keeps these colors from being used, empty if nothing: unknown names, bad writing, too little contrast.

    `brand` must be there; `accent` and `link` may be left out.
    """
    problems = [
        Problem(name, "unknown", format_lazy(_("There is no color “{name}”. Leave it out."), name=name))
        for name in colors
        if name not in NAMES
    ]
    if "brand" not in colors:
        problems.append(Problem("brand", "missing", _("Choose the main color.")))
    problems += [
        Problem(name, "unwritten", format_lazy(_("{name}: write it as #0b4a6f."), name=NAMES[name]))
        for name, color in colors.items()
        if name in NAMES and not _WRITTEN.fullmatch(color)
    ]
    if problems:
        return problems
    chosen = complete(colors)
    # The quietest ground that either stands on: what can be read there can be read on white.
    surface = mix(chosen.brand, WHITE, SURFACE_SHARE)
    ratios = {name: contrast(getattr(chosen, name), surface) for name in ("brand", "link") if name in colors}
    return [_too_faint(name, ratio) for name, ratio in ratios.items() if ratio < TEXT_RATIO]


def complete(colors: Mapping[str, str]) -> Colors:
    """The colors with what was left out: the accent is quieter than the brand, links have its color."""
    brand = colors["brand"]
    return Colors(brand, colors.get("accent") or mix(brand, WHITE, 0.45), colors.get("link") or brand)


def _too_faint(name: str, ratio: float) -> Problem:
    sentence = format_lazy(
        _("{name}: this color and the white of pages are too close for reading, {ratio} to 1. Take a darker one."),
        name=NAMES[name],
        ratio=f"{ratio:.1f}",
    )
    return Problem(name, "faint", sentence)


def _rgb(color: str) -> RGB:
    if not _WRITTEN.fullmatch(color):
        raise ValueError(f"write a color as #0b4a6f, not as {color!r}")
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _luminance(color: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in _rgb(color))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
