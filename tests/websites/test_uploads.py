"""What may be uploaded: each kind is taken by its content, and everything else is refused with a sentence."""

from __future__ import annotations

import io
import zipfile

import pytest
from PIL import Image

from kopir.websites import uploads
from kopir.websites.errors import FileRefusedError
from kopir.websites.uploads import KINDS, check_file, clean_picture

ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825


def picture(kind="JPEG", size=(40, 20), mode="RGB", **options):
    out = io.BytesIO()
    Image.new(mode, size, 80 if mode == "L" else None).save(out, kind, **options)
    out.seek(0)
    return out


def archive(members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    out.seek(0)
    return out


def odf(media_type):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", media_type, zipfile.ZIP_STORED)
        packed.writestr("content.xml", "<office:document-content/>")
    out.seek(0)
    return out


def sample(ending):
    """A file of this kind, as small as one may be."""
    types = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
    if ending in types:
        return archive({"[Content_Types].xml": "<Types/>", types[ending]: "<x/>"})
    if ending in {"odt", "ods"}:
        return odf("application/vnd.oasis.opendocument." + {"odt": "text", "ods": "spreadsheet"}[ending])
    return io.BytesIO(
        {
            "pdf": b"%PDF-1.7\n%\xe2\xe3\n",
            "csv": "Ауыл;Халқы\nҚордай;120\n".encode(),
            "txt": "Ҷадвал".encode(),
            "vtt": b"WEBVTT\n\n00:01.000 --> 00:02.000\nSalom\n",
            "mp4": b"\0\0\0\x18ftypisom\0\0\0\0",
        }[ending]
    )


def refusal(function, *arguments):
    with pytest.raises(FileRefusedError) as caught:
        function(*arguments)
    assert caught.value.message(), "a sentence"
    return caught.value.why


@pytest.mark.parametrize("ending", sorted(KINDS))
def test_each_kind_is_taken_by_what_it_holds(ending):
    assert check_file(f"Бұйрық.{ending.upper()}", sample(ending)) is KINDS[ending]


@pytest.mark.parametrize("ending", sorted(set(KINDS) - {"txt", "csv"}))
@pytest.mark.parametrize("other", [*sorted(KINDS), "exe", "html"])
def test_a_name_that_says_something_else_is_refused(ending, other):
    content = {"exe": io.BytesIO(b"MZ\x90\0"), "html": io.BytesIO(b"<script>alert(1)</script>")}.get(other)
    if other == ending:
        return
    refusal(check_file, f"order.{ending}", content or sample(other))


@pytest.mark.parametrize(
    "name", ["a.svg", "a.SVG", "a.html", "a.exe", "a.gif", "a.docm", "a", "pdf", "a.pdf.js", "a.zip"]
)
def test_what_is_not_in_the_table_is_refused(name):
    assert refusal(check_file, name, io.BytesIO(b"%PDF-1.7")) in {uploads.UNKNOWN_KIND, uploads.NO_DRAWING}


def test_text_in_another_encoding_is_refused():
    assert refusal(check_file, "a.csv", io.BytesIO("Қазақ".encode("cp1251", "replace") + b"\xff")) == uploads.NO_TEXT
    assert refusal(check_file, "a.txt", io.BytesIO("Тоҷик".encode("utf-16"))) in {
        uploads.NO_TEXT,
        uploads.OTHER_CONTENT,
    }


def test_a_file_may_be_empty_no_more_than_too_large(monkeypatch):
    assert refusal(check_file, "a.pdf", io.BytesIO()) == uploads.EMPTY
    monkeypatch.setattr(uploads, "FILE_BYTES", 10)
    assert refusal(check_file, "a.pdf", io.BytesIO(b"%PDF-1.7 12345")) == uploads.TOO_LARGE


@pytest.mark.parametrize(
    ("name", "kind"), [("a.jpg", "JPEG"), ("a.JPEG", "JPEG"), ("a.png", "PNG"), ("a.webp", "WEBP")]
)
def test_a_picture_is_rebuilt(name, kind):
    clean = clean_picture(name, picture(kind))
    with Image.open(clean) as found:
        assert (found.format, found.size) == (kind, (40, 20))


def test_what_the_camera_noted_is_gone_and_the_picture_stands_upright():
    notes = Image.Exif()
    notes[ORIENTATION], notes[MAKE] = 6, "Somebody's telephone"
    notes[GPS] = {1: "N", 2: (51.0, 7.0, 0.0)}
    upload = picture(exif=notes)
    assert b"Somebody" in upload.getvalue()
    clean = clean_picture("a.jpg", upload)
    with Image.open(clean) as found:
        assert found.size == (20, 40), "turned by a quarter"
        assert not found.getexif()
        assert "exif" not in found.info
    assert b"Somebody" not in clean.read()


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "LA", "1", "CMYK", "I;16"])
def test_any_colors_are_kept_as_they_look(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    clean = clean_picture("a.jpg" if kind == "JPEG" else "a.png", picture(kind, mode=mode))
    with Image.open(clean) as found:
        assert found.mode == ("RGBA" if mode in {"RGBA", "LA"} else "RGB")


def test_bytes_behind_a_picture_are_not_kept():
    upload = io.BytesIO(picture("PNG").getvalue() + b"<script>alert(1)</script>")
    assert b"script" not in clean_picture("a.png", upload).read()


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", uploads.NO_DRAWING),
        ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", uploads.NO_PICTURE),
        ("a.gif", b"GIF89a", uploads.UNKNOWN_KIND),
        ("a.jpg", b"\xff\xd8\xff\xe0 and no more", uploads.NO_PICTURE),
        ("a.jpg", b"", uploads.EMPTY),
        ("a.jpg", picture("PNG").getvalue(), uploads.OTHER_CONTENT),
        ("a.jpg", picture("GIF").getvalue(), uploads.NO_PICTURE),
        ("a.png", picture("PNG").getvalue()[:-40], uploads.NO_PICTURE),
    ],
)
def test_what_is_no_picture_of_that_name_is_refused(name, content, why):
    assert refusal(clean_picture, name, io.BytesIO(content)) == why


def test_a_picture_that_bursts_is_refused_before_it_is_decoded(monkeypatch):
    bomb = picture("PNG", size=(30_000, 30_000), mode="1")
    assert len(bomb.getvalue()) < 200_000
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("it was decoded"))
    assert refusal(clean_picture, "a.png", bomb) == uploads.TOO_MANY_PIXELS


def test_a_picture_just_over_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(uploads, "PICTURE_PIXELS", 799)
    assert refusal(clean_picture, "a.png", picture("PNG")) == uploads.TOO_MANY_PIXELS
    monkeypatch.setattr(uploads, "PICTURE_PIXELS", 800)
    assert clean_picture("a.png", picture("PNG")).size
    monkeypatch.setattr(uploads, "PICTURE_BYTES", 10)
    assert refusal(clean_picture, "a.png", picture("PNG")) == uploads.TOO_LARGE
