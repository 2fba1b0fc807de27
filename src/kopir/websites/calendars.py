"""Writes calendars as programs read them: iCalendar (RFC 5545). Pure: events in, text out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

LINE_OCTETS: Final = 75
"""As many octets as a line may have, without its end (RFC 5545, 3.1)."""
PRODUCT: Final = "-//Kopir//Websites//EN"


@dataclass(frozen=True)
class Entry:
    """An event; `uid` is the same in every language and for good."""

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    address: str
    text: str = ""
    place: str = ""


def write_calendar(name: str, entries: Iterable[Entry]) -> str:
    """The calendar of this name."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "METHOD:PUBLISH", f"X-WR-CALNAME:{_escape(name)}"]
    for entry in entries:
        lines += _write_entry(entry)
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in _fold(line))


def _write_entry(entry: Entry) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{entry.uid}"
    yield f"DTSTAMP:{_instant(entry.changed_at)}"
    yield f"DTSTART:{_instant(entry.starts_at)}"
    yield f"DTEND:{_instant(entry.ends_at)}"
    yield f"SUMMARY:{_escape(entry.title)}"
    for name, value in (("DESCRIPTION", entry.text), ("LOCATION", entry.place)):
        if value:
            yield f"{name}:{_escape(value)}"
    yield f"URL:{entry.address}"
    yield "END:VEVENT"


def _instant(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escape(text: str) -> str:
    """A text as RFC 5545, 3.3.11 wants it; signs that control a terminal are none of a text."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(sign for sign in text if sign >= " " and sign != "\x7f")


def _fold(line: str) -> Iterator[str]:
    """The line in pieces of 75 octets at most, each but the first behind a space; no letter is torn apart."""
    piece, size = "", 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > LINE_OCTETS:
            yield piece
            piece, size = " ", 1
        piece, size = piece + sign, size + octets
    yield piece
