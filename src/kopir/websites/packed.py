"""Looks into a file that is a ZIP archive, as office documents are, without unpacking more than it allows. Pure.

The table at the end of an archive says how large each member will be; whoever lies there gets no more than he said,
since a member is never read beyond it.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable
from typing import IO, Final

from django.utils.translation import gettext_lazy as _

from kopir.websites.errors import FileRefusedError

MEMBERS: Final = 5000
UNPACKED_BYTES: Final = 300 * 2**20
RATIO: Final = 200
"""How many times larger than the file its content may be; sheets of numbers come to about 50."""
INNER_BYTES: Final = 20 * 2**20
DEPTH: Final = 1
"""A text may hold a table, which is an archive as well; that one holds no more."""
_INNER: Final = (".zip", ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".jar")

TOO_MUCH: Final = _("Unpacked, this file would be far too large. Save it anew, without what makes it so.")
BROKEN: Final = _("The file is damaged, or locked with a password. Save it anew and send that.")
HAS_PROGRAM: Final = _("The file holds a program (a macro). Save it without macros.")


def check_archive(file: IO[bytes], *, depth: int = 0) -> frozenset[str]:
    """The names of the members. Raises FileRefusedError for what bursts, is damaged, locked, or holds a program."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _check_members(members, size)
            for member in members:
                if member.filename.lower().endswith(_INNER):
                    _check_inner(archive, member, depth)
            return frozenset(member.filename for member in members)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OSError):
        raise FileRefusedError(BROKEN) from None


def _check_members(members: Iterable[zipfile.ZipInfo], size: int) -> None:
    total = 0
    for count, member in enumerate(members, 1):
        total += member.file_size
        if count > MEMBERS or total > UNPACKED_BYTES or total > size * RATIO:
            raise FileRefusedError(TOO_MUCH)
        if member.flag_bits & 1:
            raise FileRefusedError(BROKEN)
        if member.filename.lower().endswith("vbaproject.bin"):
            raise FileRefusedError(HAS_PROGRAM)


def _check_inner(archive: zipfile.ZipFile, member: zipfile.ZipInfo, depth: int) -> None:
    if depth >= DEPTH or member.file_size > INNER_BYTES:
        raise FileRefusedError(TOO_MUCH)
    check_archive(io.BytesIO(archive.read(member)), depth=depth + 1)
