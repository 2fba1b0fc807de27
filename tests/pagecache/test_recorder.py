"""What a recording notes, and what it refuses."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest

from actors import NOW
from kopir.pagecache import recorder
from kopir.pagecache.errors import PersonalPageError, UndeclaredReadError
from kopir.pagecache.recorder import Recording, note, note_params, note_person, note_until, reach, record

BODY, REGION, TYPE = "bodies_body", "bodies_region", "django_content_type"


def test_what_is_touched_is_noted():
    with record() as recording:
        note("bodies.body:1", "bodies.body:central")
        note("bodies.body:1")
        note_params(["page"])
    assert recording.tags == {"bodies.body:1", "bodies.body:central"}
    assert recording.params == ("page",)
    assert recording.until is None
    assert recording.faults == []


def test_the_earliest_instant_counts():
    with record() as recording:
        note_until(NOW)
        note_until(NOW - timedelta(hours=1))
        note_until(None)
        note_until(datetime(2030, 1, 1, tzinfo=UTC))
    assert recording.until == NOW - timedelta(hours=1)


def test_outside_a_recording_nothing_happens():
    note("a.b:1")
    note_until(NOW)
    note_params(["page"])
    note_person("the user")
    reach("a.b")
    assert recorder.find_recording() is None


def test_a_recording_ends_and_stands_alone():
    with record() as outer:
        with pytest.raises(RuntimeError, match="stands already"), record():
            pass
        note("a.b:1")
    note("a.b:2")
    assert outer.tags == {"a.b:1"}
    with pytest.raises(ZeroDivisionError), record():
        raise ZeroDivisionError
    assert recorder.find_recording() is None


def test_parameters_are_told_to_whoever_holds_the_request():
    told = []
    with record(Recording(params=("page", "year"), on_params=told.append)) as recording:
        note_params(["year"])
    assert told == [("year",)]
    assert recording.params == ("year",)


def test_a_listing_declares_what_is_read_after_it():
    recording = Recording()
    recording.note("bodies.body:central")
    recording.note_read([BODY], "first")
    recording.note_read([BODY], "second")
    recording.close()
    assert recording.tables == {BODY}


def test_an_object_declares_the_statement_that_brought_it():
    recording = Recording()
    recording.note_read([BODY, REGION], "with its region")
    recording.note_object("bodies.body:1", ["bodies.body"])
    recording.note_object("bodies.region:1", ["bodies.region"])
    recording.close()
    assert recording.faults == []


def test_a_join_is_reached_through_another_object():
    recording = Recording()
    recording.reach("bodies.region")
    recording.note_read([BODY, REGION], "region may be empty")
    recording.note_object("bodies.body:1", ["bodies.body"])
    recording.close()


def test_a_table_that_changes_with_a_release_needs_no_tag():
    recording = Recording()
    recording.note_read([TYPE], "")
    recording.close()
    assert recording.tables == {TYPE}


def test_what_found_nothing_without_a_tag_is_refused():
    recording = Recording()
    recording.note_read([BODY], "SELECT nothing")
    with pytest.raises(UndeclaredReadError, match=r"found nothing.*bodies\.body:….*SELECT nothing"):
        recording.close()


def test_values_without_a_tag_are_refused_at_the_next_statement():
    recording = Recording()
    recording.note_read([BODY], "SELECT values")
    with pytest.raises(UndeclaredReadError, match="SELECT values"):
        recording.note_read([BODY], "SELECT objects")


def test_a_tag_noted_too_late_declares_nothing_earlier():
    recording = Recording()
    recording.note_read([BODY], "SELECT early")
    recording.note("bodies.body:central")
    with pytest.raises(UndeclaredReadError, match="SELECT early"):
        recording.close()


def test_round_the_view_nothing_is_refused():
    recording = Recording(is_watched=False)
    recording.note_read(["audit_row", BODY], "SELECT")
    recording.note_read([BODY], "SELECT")
    recording.close()
    assert (recording.faults, recording.tables) == ([], {BODY})


@pytest.mark.parametrize(("table", "why"), [("audit_row", "no room has declared"), ("auth_group", "about persons")])
def test_a_table_that_is_closed_is_refused(table, why):
    with pytest.raises(UndeclaredReadError, match=why):
        Recording().note_read([table], "")


def test_whoever_asks_for_the_person_is_refused():
    with record() as recording, pytest.raises(PersonalPageError, match="the user"):
        note_person("the user")
    assert recording.faults == ["the user"]


def test_production_serves_the_page_keeps_it_not_and_tells_once(settings, caplog):
    settings.KOPIR_PAGE_GUARD = "log"
    recorder._told.clear()
    for _ in range(2):
        with record() as recording, caplog.at_level(logging.ERROR):
            recording.note_read(["audit_row"], "SELECT")
            note_person("the user")
        recording.close()
        assert len(recording.faults) == 2
    assert [line.message for line in caplog.records] == ["a page is not kept"]
