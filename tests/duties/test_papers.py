"""A text in a PDF is told from a picture of one, and from what cannot be told."""

from __future__ import annotations

import io
import time
import zlib

import pytest

from kopir.duties import papers
from kopir.duties.papers import has_text
from sitemedia import PDF

TEXT = b"q BT /F1 12 Tf 72 700 Td (Order No. 12) Tj ET Q"
ARRAY = b"BT /F1 12 Tf [<0041> -20 <0042>] TJ ET"
DRAWN = b"q 595 0 0 842 0 0 cm /Im0 Do Q"


def pdf(*streams):
    """A file of these streams, each (dictionary, bytes)."""
    parts = [b"%PDF-1.7\n"]
    for number, (head, content) in enumerate(streams, 1):
        parts.append(
            b"%d 0 obj\n<< /Length %d %s >>\nstream\n" % (number, len(content), head)
            + content
            + b"\nendstream\nendobj\n"
        )
    return io.BytesIO(b"".join([*parts, b"trailer\n<<>>\n%%EOF\n"]))


def packed(content):
    return (b"/Filter /FlateDecode", zlib.compress(content))


PICTURE = (b"/Type /XObject /Subtype /Image /Filter /DCTDecode", b"\xff\xd8 BT (x) Tj ET \xff\xd9")


@pytest.mark.parametrize(
    "streams", [[packed(TEXT)], [packed(ARRAY)], [(b"", TEXT)], [packed(DRAWN), PICTURE, packed(TEXT)]]
)
def test_a_text_is_seen(streams):
    assert has_text(pdf(*streams)) is True


@pytest.mark.parametrize(
    "streams", [[packed(DRAWN), PICTURE], [(b"", DRAWN)], [packed(b"% BT nothing is shown ET"), PICTURE]]
)
def test_a_scan_is_none(streams):
    assert has_text(pdf(*streams)) is False


@pytest.mark.parametrize(
    "content",
    [
        PDF,
        b"",
        b"PK no PDF",
        pdf(packed(DRAWN)).getvalue() + b"/Encrypt 5 0 R",
        pdf((b"/Filter /LZWDecode", b"x")).getvalue(),
        pdf((b"/Filter /FlateDecode", b"broken")).getvalue(),
        pdf((b"/Filter [/ASCII85Decode /FlateDecode]", b"x")).getvalue(),
    ],
    ids=range(7),
)
def test_what_cannot_be_told(content):
    assert has_text(io.BytesIO(content)) is None


def test_a_bomb_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(papers, "STREAM_BYTES", 1000)
    assert has_text(pdf(packed(b" " * 10**6 + TEXT))) is None
    monkeypatch.setattr(papers, "MOST_BYTES", 100)
    assert has_text(pdf(packed(TEXT))) is None


@pytest.mark.parametrize(
    "content",
    [b"<<" * 300_000, b">> stream\n" * 19_000, pdf((b"", b"BT " * 500_000)).getvalue(), b">>" + b" " * 10**6],
    ids=range(4),
)
def test_no_file_keeps_the_worker(content):
    began = time.process_time()
    has_text(io.BytesIO(b"%PDF-" + content))
    assert time.process_time() - began < 5


def test_too_many_streams_are_not_told(monkeypatch):
    monkeypatch.setattr(papers, "MOST_STREAMS", 1)
    assert has_text(pdf(packed(TEXT))) is True
    assert has_text(pdf(packed(DRAWN), packed(TEXT))) is None


def test_streams_that_are_too_long_count_as_unpacked(monkeypatch):
    monkeypatch.setattr(papers, "STREAM_BYTES", 1000)
    monkeypatch.setattr(papers, "MOST_BYTES", 2500)
    assert has_text(pdf(*[packed(b" " * 1000)] * 3, packed(TEXT))) is None
