"""Judges records: what is an item that can come over, and why another cannot. Pure, but for the file beside it.

Days without a time are days where the country is; an instant without a zone is there too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from email.utils import parsedate_to_datetime
from hashlib import sha256
from html import unescape
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import nh3
from django.utils.translation import gettext as _

from kopir.importing.files import LIMIT_PATH, OldFile, find_file, list_named, place_of
from kopir.importing.records import Record

LIMIT_KEY: Final = 300
LIMIT_SUMMARY: Final = 400
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 9998
"""The last year of the calendar has instants that cannot be said in another zone."""
_FORMS: Final = ("%d.%m.%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%d/%m/%Y", "%Y%m%d")


@dataclass(frozen=True)
class Item:
    """One item that can come over. `host` and `path` are its old address, "" where it is not known.

    `digest` is of all that the source says of it: equal digests, nothing to do.
    """

    place: str
    key: str
    title: str
    html: str
    summary: str
    happened_at: datetime
    posted_at: datetime
    host: str
    path: str
    address: str
    slug: str
    kind: str
    number: str
    signatory: str
    state: str
    file: OldFile | None
    digest: str


@dataclass(frozen=True)
class Refusal:
    """A record that is no item: where it stands and why."""

    place: str
    reason: str


class _RefusedError(ValueError):
    """Why, as a sentence."""


def judge(record: Record, *, zone: tzinfo, now: datetime, folder: Path | None = None) -> Item | Refusal:
    """The item, or why it is none. `folder` holds the files that records name; none outside of it is read."""
    try:
        return _judge(record, zone, now, folder)
    except _RefusedError as refused:
        return Refusal(record.place, str(refused))


def read_instant(text: str, zone: tzinfo) -> datetime:
    """An instant as RFC 822, ISO 8601 or 31.12.2025 write it. Raises ValueError, also for years of no item."""
    text = text.strip()
    found = None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        for form in _FORMS:
            try:
                found = datetime.strptime(text, form)  # noqa: DTZ007 - its zone comes below
            except ValueError:
                continue
            break
    if found is None:
        found = parsedate_to_datetime(text)
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError(text)
    return found if found.tzinfo else found.replace(tzinfo=zone)


def old_path(address: str) -> tuple[str, str]:
    """Host in lower case and path of an address, with its query and without a closing slash: ("edu.example", "/a?b=1").

    The form in which old addresses are kept and asked for.
    """
    parts = urlsplit(address)
    path = parts.path.rstrip("/") + (f"?{parts.query}" if parts.query else "")
    return (parts.hostname or "", path if path.startswith(("/", "?")) or not path else f"/{path}")


def _judge(record: Record, zone: tzinfo, now: datetime, folder: Path | None) -> Item:
    fields = record.fields
    title = " ".join(unescape(nh3.clean(fields.get("title", ""), tags=set())).split())
    key = fields.get("key") or fields.get("address", "")
    if not title:
        raise _RefusedError(_("It has no title."))
    if not key:
        raise _RefusedError(_("It has neither an id nor an address, so it could not be known again."))
    if len(key) > LIMIT_KEY:
        raise _RefusedError(_("Its id is longer than {limit} letters.").format(limit=LIMIT_KEY))
    happened_at = _date(fields.get("date", ""), zone)
    posted_at = _date(fields["posted"], zone) if "posted" in fields else happened_at
    if posted_at > now:
        raise _RefusedError(_("Its date is in the future."))
    host, path = _address(fields.get("address", ""))
    file = _file(fields, host.removeprefix("www."), folder)
    beside = list_named(fields.get("body", ""), fields.get("address", ""), folder)
    told = json.dumps([sorted(fields.items()), file and file.digest, *(each.digest for each in beside)])
    summary = " ".join(unescape(nh3.clean(fields.get("summary", ""), tags=set())).split())
    return Item(
        place=record.place,
        key=key,
        title=title,
        html=fields.get("body", ""),
        summary=summary if len(summary) <= LIMIT_SUMMARY else summary[: LIMIT_SUMMARY - 1].rstrip() + "…",
        happened_at=happened_at.astimezone(zone),
        posted_at=posted_at,
        host=host,
        path=path,
        address=fields.get("address", ""),
        slug=fields.get("slug", ""),
        kind=fields.get("kind", ""),
        number=fields.get("number", ""),
        signatory=fields.get("signatory", ""),
        state=fields.get("state", ""),
        file=file,
        digest=sha256(told.encode()).hexdigest(),
    )


def _date(text: str, zone: tzinfo) -> datetime:
    if not text:
        raise _RefusedError(_("It has no date."))
    try:
        return read_instant(text, zone)
    except (ValueError, TypeError, IndexError, OverflowError):
        raise _RefusedError(_("“{text}” is no date. Write it like 2025-12-31.").format(text=text[:40])) from None


def _address(address: str) -> tuple[str, str]:
    try:
        host, path = old_path(address)
    except ValueError:
        raise _RefusedError(_("“{text}” is no address.").format(text=address[:80])) from None
    if len(path) > LIMIT_PATH or len(host) > 253:
        raise _RefusedError(_("Its old address is too long."))
    return host, path


def _file(fields: Mapping[str, str], host: str, folder: Path | None) -> OldFile | None:
    """The file beside the record; its old address is the one that is said, else its place in the folder."""
    name = fields.get("file", "")
    if not name:
        return None
    if folder is None:
        raise _RefusedError(_("It names a file. Say with --files in which folder the files are."))
    try:
        own, path = place_of(name) if name.startswith(("http://", "https://")) else ("", f"/{name.lstrip('/')}")
        found = find_file(folder, own or host, path)
        said = fields.get("file_address", "")
        if said:
            own, path = place_of(said)
            found = replace(found, host=own or host, old_path=path)
    except ValueError as fault:
        raise _RefusedError(str(fault)) from None
    if len(found.old_path) > LIMIT_PATH:
        raise _RefusedError(_("Its old address is too long."))
    return found
