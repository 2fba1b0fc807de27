"""Which reader a file needs, by the ending of its name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from kopir.importing.errors import SourceFileError
from kopir.importing.feeds import read_feed
from kopir.importing.records import Record, read_bytes, read_csv, read_json


def read_records(path: Path, encoding: str = "utf-8") -> Iterator[Record]:
    """The records of a file; `encoding` is for tables. Raises SourceFileError."""
    ending = path.suffix.lower()
    if ending in {".xml", ".rss", ".atom"}:
        return read_feed(read_bytes(path))
    if ending == ".json":
        return read_json(read_bytes(path))
    if ending == ".csv":
        return read_csv(read_bytes(path), encoding)
    raise SourceFileError(reason=_("Its name has to end in .xml, .rss, .atom, .json or .csv."))
