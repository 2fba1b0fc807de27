"""Archives: what bursts, lies, nests, is locked or holds programs is refused."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from kopir.websites import packed
from kopir.websites.errors import FileRefusedError
from kopir.websites.packed import check_archive


def archive(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return out


def refusal(file):
    with pytest.raises(FileRefusedError) as caught:
        check_archive(file)
    return caught.value.why


def test_the_members_are_named():
    assert check_archive(archive({"a.xml": "<a/>", "b/c.xml": "<c/>"})) == {"a.xml", "b/c.xml"}


def test_one_that_bursts_is_refused():
    assert refusal(archive({"word/document.xml": b"\0" * (20 * 2**20)})) == packed.TOO_MUCH, "1 to 1000"


def test_one_too_large_in_sum_is_refused(monkeypatch):
    members = {f"{number}.bin": bytes(range(256)) * 4 for number in range(10)}
    monkeypatch.setattr(packed, "UNPACKED_BYTES", 10 * 1024)
    assert check_archive(archive(members))
    monkeypatch.setattr(packed, "UNPACKED_BYTES", 10 * 1024 - 1)
    assert refusal(archive(members)) == packed.TOO_MUCH


def test_too_many_members_are_refused(monkeypatch):
    monkeypatch.setattr(packed, "MEMBERS", 3)
    assert refusal(archive({f"{number}": "x" for number in range(4)})) == packed.TOO_MUCH


def test_a_table_within_a_text_is_looked_into():
    table = archive({"xl/workbook.xml": "<x/>"}).getvalue()
    assert check_archive(archive({"word/embeddings/table.xlsx": table}))
    burst = archive({"xl/sheet.xml": b"\0" * (20 * 2**20)}).getvalue()
    assert refusal(archive({"word/embeddings/table.xlsx": burst})) == packed.TOO_MUCH
    deeper = archive({"a.zip": archive({"b.zip": table}).getvalue()})
    assert refusal(deeper) == packed.TOO_MUCH


def test_a_program_is_refused():
    assert refusal(archive({"word/vbaProject.bin": b"macro"})) == packed.HAS_PROGRAM


def test_a_locked_one_is_refused():
    content = bytearray(archive({"a.xml": "<a/>"}).getvalue())
    entry = content.index(b"PK\x01\x02")
    struct.pack_into("<H", content, entry + 8, 1)
    assert refusal(io.BytesIO(content)) == packed.BROKEN


def test_a_damaged_one_and_one_that_lies_about_its_size_are_refused():
    whole = archive({"word/embeddings/a.zip": archive({"x": b"0" * 3000}).getvalue()}).getvalue()
    assert refusal(io.BytesIO(whole[:-30])) == packed.BROKEN
    lying = bytearray(whole)
    struct.pack_into("<I", lying, whole.rindex(b"PK\x01\x02") + 24, 10)
    assert refusal(io.BytesIO(lying)) == packed.BROKEN
    assert refusal(io.BytesIO(b"no archive")) == packed.BROKEN
