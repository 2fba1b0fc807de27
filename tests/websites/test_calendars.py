"""Calendars for programs: lines as the standard wants them, texts that cannot break out of their line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from kopir.websites.calendars import LINE_OCTETS, Entry, write_calendar

TEN = datetime(2026, 3, 5, 10, tzinfo=timezone(timedelta(hours=5)))
EVENT = Entry("urn:uuid:7", "Су, жер", TEN, TEN + timedelta(hours=2), TEN, "https://a.example/", place="Астана; зал 2")


def unfold(text: str) -> list[str]:
    return text.removesuffix("\r\n").replace("\r\n ", "").split("\r\n")


def test_an_event_is_written_in_utc_with_its_texts_escaped():
    lines = unfold(write_calendar("Министрлік", [EVENT]))
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    assert "X-WR-CALNAME:Министрлік" in lines
    assert "DTSTART:20260305T050000Z" in lines
    assert "DTEND:20260305T070000Z" in lines
    assert "SUMMARY:Су\\, жер" in lines
    assert "LOCATION:Астана\\; зал 2" in lines
    assert not any(line.startswith("DESCRIPTION") for line in lines)


def test_a_calendar_without_events_is_one():
    assert unfold(write_calendar("a", []))[-1] == "END:VCALENDAR"


@given(st.text(max_size=300))
def test_no_text_breaks_out_of_its_line_and_none_is_too_long(text):
    entry = Entry("u", text, TEN, TEN, datetime(2026, 1, 1, tzinfo=UTC), "https://a.example/", text=text, place=text)
    written = write_calendar(text, [entry])
    lines = written.split("\r\n")
    assert all(len(line.encode()) <= LINE_OCTETS for line in lines)
    assert not any(sign in line for line in lines for sign in "\r\n")
    assert sum(line.split(":")[0] == "BEGIN" for line in unfold(written)) == 2
