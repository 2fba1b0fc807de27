"""Crests: what stays of a picture, and what never gets through."""

from __future__ import annotations

import contextlib
import io

import pytest
from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from kopir.design.crests import LIMIT_BYTES, LIMIT_DEPTH, LIMIT_ELEMENTS, SHOWN_PIXELS, clean_crest
from kopir.design.errors import CrestTooLargeError, CrestUnreadableError, CrestUnsafeError

NAMESPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def svg(inside, attributes=""):
    return f'<svg {NAMESPACES} viewBox="0 0 10 10" {attributes}>{inside}<path d="M0 0h10v10z"/></svg>'.encode()


def png(width=20, height=10, info=None, color=(200, 30, 40, 120)):
    out = io.BytesIO()
    Image.new("RGBA", (width, height), color).save(out, "PNG", pnginfo=info)
    return out.getvalue()


def test_a_png_keeps_its_pixels_and_nothing_else():
    info = PngInfo()
    info.add_text("Comment", "made in the cabinet of Mr. Secret")
    crest = clean_crest(png(info=info))
    assert (crest.media_type, crest.suffix) == ("image/png", ".png")
    assert b"Secret" not in crest.content
    picture = Image.open(io.BytesIO(crest.content))
    assert picture.size == (20, 10)
    assert picture.getpixel((3, 3)) == (200, 30, 40, 120)


def test_a_large_png_is_made_smaller_in_its_shape():
    assert Image.open(io.BytesIO(clean_crest(png(1200, 600)).content)).size == (SHOWN_PIXELS, SHOWN_PIXELS // 2)


def test_an_svg_keeps_what_it_draws():
    crest = clean_crest(
        svg(
            '<defs><linearGradient id="g"><stop offset="0" style="stop-color:#00afca;-inkscape-x:1"/></linearGradient>'
            '</defs><g transform="translate(1 2)"><circle cx="5" cy="5" r="4" fill="url(#g)"/><use xlink:href="#g"/>'
            "</g>"
        )
    )
    assert (crest.media_type, crest.suffix) == ("image/svg+xml", ".svg")
    root = ElementTree.fromstring(crest.content)
    names = {element.tag.rpartition("}")[2]: element for element in root.iter()}
    assert names["stop"].attrib == {"offset": "0", "stop-color": "#00afca"}
    assert names["g"].get("transform") == "translate(1 2)"
    assert names["circle"].get("fill") == "url(#g)"
    assert names["use"].get("href") == "#g"
    assert root.get("viewBox") == "0 0 10 10"


@pytest.mark.parametrize(
    ("inside", "attributes", "forbidden"),
    [
        ("<script>alert(1)</script>", "", b"alert"),
        ('<g onclick="alert(1)"><rect/></g>', "", b"onclick"),
        ("", 'onload="alert(1)"', b"onload"),
        ('<a xlink:href="javascript:alert(1)"><rect/></a>', "", b"alert"),
        ('<use xlink:href="https://evil.example/x.svg#a"/>', "", b"evil"),
        ('<use href="data:image/svg+xml,x"/>', "", b"data"),
        ('<image href="https://evil.example/track.png"/>', "", b"evil"),
        ("<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'>x</body></foreignObject>", "", b"foreignObject"),
        ("<style>*{background:url(https://evil.example)}</style>", "", b"evil"),
        ('<rect style="fill:url(https://evil.example/a)"/>', "", b"evil"),
        ('<rect fill="url(//evil.example/a)"/>', "", b"evil"),
        (r'<rect fill="\75rl(https://evil.example)"/>', "", b"evil"),
        ('<set attributeName="href" to="javascript:alert(1)"/>', "", b"alert"),
        ('<animate attributeName="fill" values="a"/>', "", b"animate"),
        ("<metadata>who drew it</metadata>", "", b"who drew"),
        ('<x:rect xmlns:x="http://evil.example"/>', "", b"evil"),
        ("<!-- a word --><?php x ?>", "", b"a word"),
    ],
)
def test_what_could_do_harm_is_left_out(inside, attributes, forbidden):
    content = clean_crest(svg(inside, attributes)).content
    assert forbidden not in content
    assert b"M0 0h10v10z" in content


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b'<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + svg("<title>&a;</title>"), CrestUnsafeError),
        (b'<!DOCTYPE svg SYSTEM "file:///etc/passwd">' + svg(""), CrestUnsafeError),
        (f"<svg {NAMESPACES}><script>x</script></svg>".encode(), CrestUnsafeError),
        (b"<html><svg/></html>", CrestUnreadableError),
        (b"<svg><path/></svg>", CrestUnreadableError),
        (b"<svg", CrestUnreadableError),
        (b"", CrestUnreadableError),
        (b"GIF89a", CrestUnreadableError),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, CrestUnreadableError),
        (png()[:45], CrestUnreadableError),
        (png(4000, 2000), CrestUnreadableError),
        (b'<?xml version="1.0" encoding="utf-7"?>' + svg(""), CrestUnreadableError),
        (b"x" * (LIMIT_BYTES + 1), CrestTooLargeError),
        (svg("<g/>" * LIMIT_ELEMENTS), CrestTooLargeError),
    ],
)
def test_what_is_refused(content, error):
    with pytest.raises(error):
        clean_crest(content)


@pytest.mark.parametrize("depth", [LIMIT_DEPTH, LIMIT_ELEMENTS - 10])
def test_a_deep_svg_is_refused_before_anything_goes_down_it(depth):
    with pytest.raises(CrestUnsafeError):
        clean_crest(svg("<g>" * depth + "</g>" * depth))
    assert clean_crest(svg("<g>" * (LIMIT_DEPTH - 1) + "</g>" * (LIMIT_DEPTH - 1)))


def test_what_is_clean_stays_as_it_is():
    once = clean_crest(svg('<g fill="red"><rect width="3" height="3"/></g>')).content
    assert clean_crest(once).content == once


@given(st.binary(max_size=300))
def test_any_bytes_are_cleaned_or_refused_by_name(content):
    with contextlib.suppress(CrestTooLargeError, CrestUnreadableError, CrestUnsafeError):
        assert clean_crest(content).suffix == ".svg"
