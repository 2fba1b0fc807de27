"""Cuts Inter down to the letters of our alphabets, one file for each range, so that a page loads only what it shows.

The alphabets: Kazakh, Tajik, Uzbek and Russian Cyrillic; Kazakh Latin (draft of 2021), Uzbek Latin with U+02BB and
U+02BC, English; currency signs of the region. A letter outside of them comes from the reader's own fonts.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

WEIGHTS = (400, 700)
FEATURES = ["kern", "ccmp", "locl", "mark", "mkmk", "tnum", "lnum", "calt"]


@dataclass(frozen=True)
class Face:
    """One font file: its name, the range of fontsource that it is cut from, and the characters it holds."""

    name: str
    source: str
    characters: str


def _span(first: str, last: str) -> str:
    return "".join(map(chr, range(ord(first), ord(last) + 1)))


FACES = (
    Face("inter-cyrillic", "cyrillic", "ЁІЎ" + _span("А", "я") + "ёіўҰұ№"),
    Face("inter-cyrillic-ext", "cyrillic-ext", "ҒғҚқҢңҮүҲҳҶҷҺһӘәӢӣӨөӮӯ"),
    Face(
        "inter-latin",
        "latin",
        _span(" ", "~") + "\u00a0§©«\u00ad°±²³·»½×÷€£ÄÇÉÑÖÜáäçéíñóöúüıʻʼ\u2009\u200b–—‘’‚“”„†•…‹›←↑→↓−",
    ),
    Face("inter-latin-ext", "latin-ext", "ĞğĪīİŊŋŞşŨũŪūǴǵ₸₽₼₾"),
)


def cut(face: Face, package: Path, folder: Path) -> str:
    """Write the font file of a face; return the characters it really has, in order."""
    font = TTFont(package / "files" / f"inter-{face.source}-wght-normal.woff2", recalcTimestamp=False)
    options = Options()
    options.layout_features = FEATURES
    options.hinting = False
    options.name_IDs = [0, 1, 2, 13, 14]
    subsetter = Subsetter(options)
    subsetter.populate(text=face.characters)
    subsetter.subset(font)
    font = instancer.instantiateVariableFont(font, {"wght": WEIGHTS})
    font.flavor = "woff2"
    font.save(folder / f"{face.name}.woff2")
    return "".join(map(chr, sorted(set(font.getBestCmap()) & set(map(ord, face.characters)))))


def write_range(characters: str) -> str:
    """The characters as CSS `unicode-range`, neighbors joined: "ABCx" is "U+41-43, U+78"."""
    spans: list[list[int]] = []
    for code in sorted(map(ord, characters)):
        if spans and code == spans[-1][1] + 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return ", ".join(f"U+{first:X}" if first == last else f"U+{first:X}-{last:X}" for first, last in spans)


def write_faces(held: dict[str, str]) -> str:
    """The `@font-face` rules for what each file holds, and a fallback of the same width so that nothing jumps."""
    rules = [
        "@font-face {\n"
        '  font-family: "Inter";\n  font-style: normal;\n  font-display: swap;\n'
        f"  font-weight: {WEIGHTS[0]} {WEIGHTS[1]};\n"
        f'  src: url("fonts/{name}.woff2") format("woff2");\n'
        f"  unicode-range: {write_range(characters)};\n}}\n"
        for name, characters in held.items()
    ]
    fallback = (
        '@font-face {\n  font-family: "Inter fallback";\n  src: local("Arial"), local("Liberation Sans");\n'
        "  size-adjust: 107%;\n  ascent-override: 90.5%;\n  descent-override: 22.5%;\n  line-gap-override: 0%;\n}\n"
    )
    return "".join([*rules, fallback])
