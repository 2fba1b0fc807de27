"""Who sees which rows, and what an operator is told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from actors import ANNA, AUDITOR, NOW, OPERATOR, person_with
from kopir.audit import keys, queries, triggers
from kopir.audit.actions import erase_person
from kopir.audit.errors import UnknownRowError
from kopir.audit.models import Handover, Row
from kopir.audit.names import NAMES
from kopir.audit.queries import Choices, Filter
from kopir.audit.sealing import seal_waiting
from kopir.base.actors import ANONYMOUS, Role, system_actor
from kopir.base.errors import NotAllowedError
from records import add, add_sealed, tamper

pytestmark = pytest.mark.django_db
ALMATY = ZoneInfo("Asia/Almaty")


def seen(actor, **wanted) -> list[int]:
    return [row.pk for row in queries.list_rows(actor=actor, wanted=Filter(**wanted), zone=ALMATY)]


def test_the_newest_comes_first():
    rows = [add() for _ in range(3)]
    assert seen(AUDITOR) == [row.pk for row in rows[::-1]]
    assert seen(OPERATOR) == seen(AUDITOR)


def test_an_auditor_of_a_body_sees_the_rows_of_that_body_alone():
    rows = [add(body_id=body_id) for body_id in (1, 2, None)]
    assert seen(person_with((Role.AUDITOR, 2))) == [rows[1].pk]
    assert seen(person_with((Role.AUDITOR, 2)), body_id=1) == []
    assert queries.get_row(actor=person_with((Role.AUDITOR, 2)), row_id=rows[1].pk) == rows[1]
    for other in (rows[0], rows[2]):
        with pytest.raises(UnknownRowError):
            queries.get_row(actor=person_with((Role.AUDITOR, 2)), row_id=other.pk)
    assert queries.get_choices(actor=person_with((Role.AUDITOR, 2))) == Choices(("tests.rename",), (2,))
    assert queries.get_choices(actor=AUDITOR) == Choices(("tests.rename",), (1, 2))


@pytest.mark.parametrize(
    "actor",
    [
        ANNA,
        ANONYMOUS,
        system_actor("audit.seal"),
        person_with((Role.HEAD, None), (Role.SITE_ADMINISTRATOR, None), (Role.OFFICER, 1), (Role.EDITOR, 1)),
    ],
)
def test_nobody_else_sees_any(actor):
    add(actor=ANNA, body_id=1)
    for look in (
        lambda: seen(actor),
        lambda: queries.get_row(actor=actor, row_id=1),
        lambda: queries.get_choices(actor=actor),
    ):
        with pytest.raises(NotAllowedError):
            look()


def test_by_person_action_and_subject():
    acted = add("tests.hide", actor=person_with(user_id="p"), subject="bodies.body:7")
    spoken_of = add("accounts.rename", person="p", personal_after={"name": "P"})
    add("tests.hide", actor=system_actor("p"))
    assert seen(AUDITOR, person="p") == [spoken_of.pk, acted.pk]
    assert seen(AUDITOR, action="accounts.rename") == [spoken_of.pk]
    assert seen(AUDITOR, person="p", action="tests.hide") == [acted.pk]
    assert seen(AUDITOR, subject="bodies.body:7") == [acted.pk]
    assert queries.get_choices(actor=AUDITOR).actions == ("accounts.rename", "tests.hide")


def test_a_day_is_one_of_the_country():
    first = datetime(2026, 3, 4, 19, 0, tzinfo=UTC)  # midnight in Almaty
    rows = [add(now=at) for at in (first - timedelta(microseconds=1), first, first + timedelta(hours=23, minutes=59))]
    add(now=first + timedelta(days=1))
    assert seen(AUDITOR, day=date(2026, 3, 5)) == [rows[2].pk, rows[1].pk]


@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_first_and_the_last_day_of_all_have_no_rows(day):
    add()
    assert seen(AUDITOR, day=day) == []


def test_origins_are_opened_together(django_assert_num_queries):
    rows = [add(), add(actor=system_actor("x")), add(actor=person_with(user_id="p"))]
    erase_person(person="p", actor=system_actor("x"), now=NOW)
    with django_assert_num_queries(1):
        origins = queries.open_origins(rows)
    assert [origin and origin["name"] for origin in origins] == ["Anna Bek", "x", None]


def test_where_a_row_stands_in_the_chain():
    row = add()
    assert queries.find_link(row) is None
    seal_waiting(now=NOW)
    assert queries.find_link(row).position == 1


def test_names_are_registered_once():
    queries.register_names("tests.thing", lambda ids: {})
    with pytest.raises(ValueError, match="two"):
        queries.register_names("tests.thing", lambda ids: {})
    NAMES._things.pop("tests.thing")


def test_the_record_is_verified_against_a_journal_or_without(tmp_path):
    add_sealed(2)
    report, journaled = queries.verify_record(None)
    assert (report.ok, journaled) == (True, None)


# -- what an operator is told


@pytest.fixture
def bridged(settings):
    settings.KOPIR_BRIDGE_CONTROL = "127.0.0.1:9000"


def faults(after: timedelta = timedelta()) -> list[str]:
    return queries.find_faults(now=NOW + after)


def test_a_record_in_order_has_no_faults(bridged):
    assert faults() == []
    add_sealed(2)
    Handover.objects.create(pk=1, size=2, at=NOW)
    assert faults(timedelta(days=9)) == []


def test_a_missing_trigger_is_told():
    with connection.cursor() as cursor:
        on = " ON audit_row" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER audit_row_no_update{on}")
    assert "audit_row_no_update" in faults()[0]
    triggers.install(connection)
    assert faults() == []


def test_rows_that_nobody_seals_are_told(bridged):
    add()
    assert faults(timedelta(minutes=1)) == []
    (fault,) = faults(timedelta(minutes=1, seconds=1))
    assert "2026-03-05 09:30" in fault
    assert "start the worker" in fault


def test_a_record_that_no_bridge_stamps_is_told(settings):
    settings.KOPIR_BRIDGE_CONTROL = ""
    assert faults() == []
    add_sealed(1)
    assert "KOPIR_BRIDGE_CONTROL" in faults()[0]


def test_a_bridge_that_is_away_for_long_is_told(bridged):
    add_sealed(2)
    Handover.objects.create(pk=1, size=1, failing_since=NOW, failure="connection refused")
    assert faults(timedelta(minutes=5)) == []
    (fault,) = faults(timedelta(minutes=6))
    assert "connection refused" in fault


def test_heads_that_nobody_hands_over_are_told(bridged):
    add_sealed(1)
    assert "start the worker" in faults(timedelta(minutes=6))[0]


def test_a_lost_master_key_is_told(settings, tmp_path, bridged):
    settings.KOPIR_MASTER_KEY_FILE = tmp_path / "master.key"
    keys.seal("p", "note", "text", now=NOW)
    assert faults() == []
    settings.KOPIR_MASTER_KEY_FILE.unlink()
    assert str(tmp_path) in faults()[0]


def test_a_row_is_named_wherever_it_came_from():
    rows = add_sealed(2)
    tamper("DELETE FROM audit_row WHERE id = %s", rows[0].pk)
    report, _ = queries.verify_record(None)
    assert report.fault.row_id == rows[0].pk
    assert Row.objects.count() == 1
