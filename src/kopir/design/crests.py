"""Makes an uploaded crest safe to show: PNG is decoded and written anew, SVG is rebuilt from a list of what may stay.

Pages show a crest as `<img>`, where nothing in it can run; the rebuilding protects whoever opens the file by itself.
What is not on the lists is left out without a word (editors' own data, styles, links); a document type is refused.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser, register_namespace, tostring

from PIL import Image, UnidentifiedImageError

from .errors import CrestTooLargeError, CrestUnreadableError, CrestUnsafeError

LIMIT_BYTES: Final = 256 * 1024
LIMIT_PIXELS: Final = 4_000_000
SHOWN_PIXELS: Final = 512
LIMIT_ELEMENTS: Final = 5000
LIMIT_DEPTH: Final = 60

_SVG: Final = "http://www.w3.org/2000/svg"
_DRAWN: Final = {"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"}
_ELEMENTS: Final = _DRAWN | {
    *("svg", "g", "defs", "title", "desc", "use", "symbol", "clipPath", "mask"),
    *("linearGradient", "radialGradient", "stop"),
}
_ATTRIBUTES: Final = {
    *(
        "id",
        "d",
        "x",
        "y",
        "x1",
        "y1",
        "x2",
        "y2",
        "cx",
        "cy",
        "r",
        "rx",
        "ry",
        "fx",
        "fy",
        "width",
        "height",
        "points",
    ),
    *("viewBox", "preserveAspectRatio", "transform", "offset", "gradientUnits", "gradientTransform", "spreadMethod"),
    *("clipPathUnits", "maskUnits", "maskContentUnits", "href", "version"),
}
_PROPERTIES: Final = {
    *("fill", "fill-rule", "fill-opacity", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin"),
    *(
        "stroke-miterlimit",
        "stroke-dasharray",
        "stroke-dashoffset",
        "stroke-opacity",
        "opacity",
        "clip-path",
        "clip-rule",
    ),
    *("mask", "stop-color", "stop-opacity", "color", "display", "visibility"),
}
_HREF: Final = "{http://www.w3.org/1999/xlink}href"
_LOCAL: Final = re.compile(r"#[\w.\-]+")
_VALUE: Final = re.compile(
    r"(?:[^()\\<>&@;]|rgba?\([\d\s,.%]*\)|(?:translate|scale|rotate|matrix|skew[XY])\([-+\deE\s,.]*\))*"
)
_LOCAL_URL: Final = re.compile(r"""url\(\s*["']?#[\w.\-]+["']?\s*\)""")

register_namespace("", _SVG)


@dataclass(frozen=True)
class Crest:
    """A crest that is safe to keep and to serve: its bytes, what they are, and the end of a file name for them."""

    content: bytes
    media_type: str
    suffix: str


def clean_crest(content: bytes) -> Crest:
    """The safe form of an uploaded file.

    Raises CrestTooLargeError, CrestUnreadableError for what is neither PNG nor SVG, CrestUnsafeError for an SVG file
    that declares a document type, is nested too deeply or has nothing to draw.
    """
    if len(content) > LIMIT_BYTES:
        raise CrestTooLargeError(size_kib=-(-len(content) // 1024), limit_kib=LIMIT_BYTES // 1024)
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Crest(_clean_png(content), "image/png", ".png")
    return Crest(_clean_svg(content), "image/svg+xml", ".svg")


def _clean_png(content: bytes) -> bytes:
    """The picture alone, decoded and encoded again: no chunks of text or place, at most SHOWN_PIXELS either way."""
    try:
        with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
            if picture.width * picture.height > LIMIT_PIXELS:
                raise CrestUnreadableError
            plain = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise CrestUnreadableError from None
    plain.thumbnail((SHOWN_PIXELS, SHOWN_PIXELS))
    plain.info.clear()
    out = io.BytesIO()
    plain.save(out, "PNG", optimize=True)
    return out.getvalue()


class _NoDoctype(TreeBuilder):
    """Refuses document types before an entity of theirs is looked at."""

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        raise CrestUnsafeError


def _clean_svg(content: bytes) -> bytes:
    try:
        parser = XMLParser(target=_NoDoctype())  # noqa: S314 - document types are refused, and with them all entities
        parser.feed(content)
        root = parser.close()
    except (ParseError, ValueError, LookupError):
        raise CrestUnreadableError from None
    if root.tag != f"{{{_SVG}}}svg":
        raise CrestUnreadableError
    if sum(1 for _ in root.iter()) > LIMIT_ELEMENTS:
        raise CrestTooLargeError(size_kib=len(content) // 1024, limit_kib=LIMIT_BYTES // 1024)
    clean = _rebuild(root)
    if not any(element.tag.removeprefix(f"{{{_SVG}}}") in _DRAWN for element in clean.iter()):
        raise CrestUnsafeError
    written: bytes = tostring(clean, encoding="utf-8", xml_declaration=False)
    return written


def _rebuild(element: Element) -> Element:
    """A copy with nothing but what the lists allow, of an element that they allow."""
    root = Element(element.tag, _attributes(element))
    waiting = [(element, root, 1)]
    while waiting:
        source, copy, depth = waiting.pop()
        if depth > LIMIT_DEPTH:
            raise CrestUnsafeError  # whoever reads the file may go down it by recursion
        for child in source:
            name = child.tag.removeprefix(f"{{{_SVG}}}") if isinstance(child.tag, str) else ""
            if name in _ELEMENTS and child.tag != name:
                made = Element(child.tag, _attributes(child))
                made.text = child.text if name in {"title", "desc"} else None
                copy.append(made)
                waiting.append((child, made, depth + 1))
    return root


def _attributes(element: Element) -> dict[str, str]:
    """What may stay of the attributes; `style` becomes attributes of its own, so that no style is left."""
    given = dict(element.attrib)
    for declaration in given.pop("style", "").split(";"):
        name, _colon, value = declaration.partition(":")
        given.setdefault(name.strip(), value.strip())
    if _HREF in given:
        given.setdefault("href", given.pop(_HREF))
    return {name: value for name, value in given.items() if _may_stay(name, value)}


def _may_stay(name: str, value: str) -> bool:
    if name == "href":
        return _LOCAL.fullmatch(value) is not None
    if name not in _ATTRIBUTES and name not in _PROPERTIES:
        return False
    return _VALUE.fullmatch(_LOCAL_URL.sub("", value)) is not None
