"""What may be uploaded, judged by its content: pictures are rebuilt, files are looked into. Pure.

A picture is decoded and written anew: what a camera noted (place, owner) is gone, it stands upright, and no byte of
the upload is served as it came. A file is kept as it came, if its content is what its name says. SVG, GIF and whatever
else is not in the table are refused.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, Any, Final

from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from kopir.websites.errors import FileRefusedError
from kopir.websites.packed import check_archive

MEGABYTE: Final = 2**20
PICTURE_BYTES: Final = 10 * MEGABYTE
PICTURE_PIXELS: Final = 40_000_000
FILE_BYTES: Final = 50 * MEGABYTE
HEAD_BYTES: Final = 1024
PICTURES: Final[Mapping[str, str]] = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "webp": "WEBP"}
"""Pillow's name of the format, by the ending of a picture's name."""

TOO_LARGE: Final = _("The file is larger than {limit} MB. Make it smaller, or split it.")
EMPTY: Final = _("The file is empty. Choose it again.")
NO_PICTURE: Final = _("This is no picture that we can show. Save it as JPEG, PNG or WebP and send that.")
TOO_MANY_PIXELS: Final = _("The picture has more than {limit} million pixels. Make it smaller.")
OTHER_CONTENT: Final = _("The name ends in .{ending}, but the content is something else. Save the file anew.")
UNKNOWN_KIND: Final = _("Files that end in .{ending} are not taken. Use one of: {known}.")
NO_DRAWING: Final = _("SVG drawings can hold programs and are not taken. Save it as PNG and send that.")
NO_TEXT: Final = _("The text is not written in UTF-8. Save it with this encoding.")


class CleanFile(ContentFile):  # type: ignore[type-arg]  # at run time it is no generic
    """A picture that was rebuilt."""


@dataclass(frozen=True)
class Kind:
    """How a kind of file is served, and what looks at its content: (file, first bytes) -> whether it is one."""

    content_type: str
    is_one: Callable[[IO[bytes], bytes], bool]


def ending_of(name: str) -> str:
    """The ending in lower case, "pdf" of "Бұйрық.PDF"; empty where there is none."""
    return PurePath(name).suffix.lower().removeprefix(".")


def clean_picture(name: str, file: IO[bytes]) -> CleanFile:
    """The picture, rebuilt: upright, without notes of the camera, one frame. Raises FileRefusedError."""
    ending = ending_of(name)
    if ending == "svg":
        raise FileRefusedError(NO_DRAWING)
    if ending not in PICTURES:
        raise FileRefusedError(UNKNOWN_KIND, ending=ending, known=", ".join(PICTURES))
    _check_size(file, PICTURE_BYTES)
    picture = _open(file)
    if picture.format != PICTURES[ending]:
        raise FileRefusedError(OTHER_CONTENT, ending=ending)
    if picture.width * picture.height > PICTURE_PIXELS:
        raise FileRefusedError(TOO_MANY_PIXELS, limit=PICTURE_PIXELS // 1_000_000)
    try:
        return CleanFile(_rebuild(picture), name=name)
    except (OSError, ValueError, SyntaxError):  # Pillow's ways to say that the data ends or lies
        raise FileRefusedError(NO_PICTURE) from None


def _open(file: IO[bytes]) -> Image.Image:
    """The picture, not decoded yet. Other decoders than the three are never tried."""
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # we have a limit of our own
            return Image.open(file, formats=sorted(set(PICTURES.values())))
    except Image.DecompressionBombError:
        raise FileRefusedError(TOO_MANY_PIXELS, limit=PICTURE_PIXELS // 1_000_000) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise FileRefusedError(NO_PICTURE) from None


def _rebuild(picture: Image.Image) -> bytes:
    """The pixels alone, with their color profile: what they look like, and nothing of where they were taken."""
    kept_format, profile = picture.format or "", picture.info.get("icc_profile")
    upright = ImageOps.exif_transpose(picture)
    has_alpha = kept_format != "JPEG" and (upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info)
    pixels = upright.convert("RGBA" if has_alpha else "RGB")
    # A profile of other inks (CMYK) or of grey does not fit what was converted.
    fits = bool(profile) and upright.mode in {"RGB", "RGBA", "P"}
    bare = Image.frombytes(pixels.mode, pixels.size, pixels.tobytes())
    options: dict[str, Any] = {"quality": 90} if kept_format != "PNG" else {}
    out = io.BytesIO()
    bare.save(out, kept_format, icc_profile=profile if fits else None, **options)
    return out.getvalue()


def check_file(name: str, file: IO[bytes]) -> Kind:
    """The kind of a file that may be kept. Raises FileRefusedError."""
    ending = ending_of(name)
    if ending == "svg":
        raise FileRefusedError(NO_DRAWING)
    kind = KINDS.get(ending)
    if kind is None:
        raise FileRefusedError(UNKNOWN_KIND, ending=ending, known=", ".join(KINDS))
    _check_size(file, FILE_BYTES)
    file.seek(0)
    head = file.read(HEAD_BYTES)
    file.seek(0)
    if not kind.is_one(file, head):
        raise FileRefusedError(OTHER_CONTENT, ending=ending)
    file.seek(0)
    return kind


def _check_size(file: IO[bytes], limit_bytes: int) -> None:
    size = file.seek(0, io.SEEK_END)
    if not size:
        raise FileRefusedError(EMPTY)
    if size > limit_bytes:
        raise FileRefusedError(TOO_LARGE, limit=limit_bytes // MEGABYTE)


def _is_pdf(file: IO[bytes], head: bytes) -> bool:
    return head.startswith(b"%PDF-")


def _is_mp4(file: IO[bytes], head: bytes) -> bool:
    return head[4:8] == b"ftyp"


def _is_text(file: IO[bytes], head: bytes) -> bool:
    """Whether it is UTF-8 throughout. Raises FileRefusedError for text in another encoding."""
    if b"\0" in head:
        return False
    try:
        file.read().decode("utf-8")
    except UnicodeDecodeError:
        raise FileRefusedError(NO_TEXT) from None
    return True


def _is_subtitles(file: IO[bytes], head: bytes) -> bool:
    first = head.removeprefix(b"\xef\xbb\xbf")
    return first.startswith(b"WEBVTT") and first[6:7] in {b"", b" ", b"\t", b"\n", b"\r"} and _is_text(file, head)


def _is_office(main: str) -> Callable[[IO[bytes], bytes], bool]:
    """Whether it is a document of Microsoft's format whose main part is in this folder."""

    def is_one(file: IO[bytes], head: bytes) -> bool:
        members = check_archive(file)
        return "[Content_Types].xml" in members and any(member.startswith(main) for member in members)

    return is_one


def _is_open_document(media_type: str) -> Callable[[IO[bytes], bytes], bool]:
    """Whether it is an OpenDocument of this type, which its first member says (ODF 1.3, part 2, 3.3)."""

    def is_one(file: IO[bytes], head: bytes) -> bool:
        members = check_archive(file)
        return "content.xml" in members and b"mimetype" + media_type.encode() in head

    return is_one


_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_ODF: Final = "application/vnd.oasis.opendocument."
KINDS: Final[Mapping[str, Kind]] = {
    "pdf": Kind("application/pdf", _is_pdf),
    "docx": Kind(f"{_OFFICE}wordprocessingml.document", _is_office("word/")),
    "xlsx": Kind(f"{_OFFICE}spreadsheetml.sheet", _is_office("xl/")),
    "odt": Kind(f"{_ODF}text", _is_open_document(f"{_ODF}text")),
    "ods": Kind(f"{_ODF}spreadsheet", _is_open_document(f"{_ODF}spreadsheet")),
    "csv": Kind("text/csv; charset=utf-8", _is_text),
    "txt": Kind("text/plain; charset=utf-8", _is_text),
    "vtt": Kind("text/vtt; charset=utf-8", _is_subtitles),
    "mp4": Kind("video/mp4", _is_mp4),
}
"""What may be kept as a file, by the ending of its name."""
