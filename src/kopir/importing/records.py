"""Reads files of an old site into records: fields by one set of names, with the place of each. RSS and Atom: `feeds`.

Nothing is judged here but the form: whether the file is JSON or CSV of a size that can be read.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _

from kopir.importing.errors import SourceFileError

LIMIT_BYTES: Final = 200 * 2**20
LIMIT_RECORDS: Final = 100_000
LIMIT_FIELD: Final = 5 * 2**20
NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "key": ("id", "guid", "key", "external_id"),
    "title": ("title", "name", "headline"),
    "slug": ("slug",),
    "date": ("created_date", "date", "published", "pubdate", "published_at", "created_at", "happened_on"),
    "summary": ("short_description", "summary", "description", "lead"),
    "body": ("body", "content", "text", "html"),
    "address": ("address", "url", "link"),
    "kind": ("kind", "type"),
    "number": ("number",),
    "signatory": ("signatory", "signed_by"),
    "state": ("state", "status"),
    "file": ("file", "filename"),
    "file_address": ("file_address", "file_url"),
    "posted": ("posted",),
}
"""Our names of fields, each with what others call it, the first that is filled counts. They begin with those of
the content API of the first platform that carried all sites of a state."""
LISTS: Final = ("content", "items", "results", "data", "news", "documents")
"""Where a JSON object holds its list."""


@dataclass(frozen=True)
class Record:
    """One item as it is written there; `place` tells a person where: "line 7"."""

    place: str
    fields: Mapping[str, str]


def read_bytes(path: Path) -> bytes:
    """The file. Raises SourceFileError where it is not there or too large."""
    try:
        if path.stat().st_size > LIMIT_BYTES:
            reason = _("It is larger than {limit} MB. Split it.").format(limit=LIMIT_BYTES // 2**20)
            raise SourceFileError(reason=reason)
        return path.read_bytes()
    except OSError as error:
        raise SourceFileError(reason=str(error)) from None


def read_json(content: bytes) -> Iterator[Record]:
    """The records of a list of objects, or of an object that holds one. Raises SourceFileError."""
    try:
        found = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise SourceFileError(reason=_("It is no JSON in UTF-8: {fault}").format(fault=error)) from None
    entries = _find_list(found)
    if entries is None:
        raise SourceFileError(reason=_("It holds no list of objects."))
    for number, entry in enumerate(entries, 1):
        fields = {str(name).lower(): _text(value) for name, value in entry.items()} if isinstance(entry, dict) else {}
        yield Record(f"item {number}", to_our_names(fields))


def read_csv(content: bytes, encoding: str = "utf-8") -> Iterator[Record]:
    """The records of a table whose first line names the columns; cells are divided by comma, semicolon or tab.

    Raises SourceFileError, also for text in another encoding than is said: guessing would spoil letters.
    """
    try:
        text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except (UnicodeDecodeError, LookupError):
        reason = _("It is not written in {encoding}. Say which encoding it has: --encoding cp1251")
        raise SourceFileError(reason=reason.format(encoding=encoding)) from None
    head = text.partition("\n")[0]
    csv.field_size_limit(LIMIT_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), strict=True)
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        for row in reader:
            if any(row):
                yield Record(f"line {reader.line_num}", to_our_names(dict(zip(names, row, strict=False))))
    except csv.Error as error:
        reason = _("It is no table, line {line}: {fault}").format(line=reader.line_num, fault=error)
        raise SourceFileError(reason=reason) from None


def to_our_names(fields: Mapping[str, str]) -> dict[str, str]:
    """What is filled, under our names."""
    found = {}
    for ours, theirs in NAMES.items():
        value = next(filter(None, (_storable(fields.get(name, "")) for name in theirs)), "")
        if value:
            found[ours] = value
    return found


def _storable(text: str) -> str:
    """The text without what no database takes and no reader sees: NUL, and halves of characters."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode("utf-8").strip()


def _find_list(found: Any) -> list[Any] | None:  # noqa: ANN401 - what JSON holds
    for _depth in range(3):
        if isinstance(found, list):
            return found
        if not isinstance(found, dict):
            return None
        found = next((found[name] for name in LISTS if isinstance(found.get(name), list | dict)), None)
    return found if isinstance(found, list) else None


def _text(value: Any) -> str:  # noqa: ANN401 - what JSON holds
    return "" if value is None or isinstance(value, list | dict) else str(value)
