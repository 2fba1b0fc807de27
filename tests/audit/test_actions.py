"""Recording, erasing, reading what is personal."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from django.db import connection, transaction

from actors import ANNA, AUDITOR, NOW, person_with
from kopir.audit import queries
from kopir.audit.actions import erase_person, read_personal, record, seal_waiting
from kopir.audit.errors import NoTransactionError, PersonErasedError, UnknownRowError
from kopir.audit.models import PersonKey, Row, Waiting
from kopir.audit.verify import verify
from kopir.base.actors import ANONYMOUS, Role, system_actor
from kopir.base.errors import NotAllowedError
from records import add

pytestmark = pytest.mark.django_db
SECRET = "Айгүл Серікқызы, 1990-05-17"


def test_a_row_says_who_did_what_to_what_when_and_from_where():
    row = add("tests.rename", subject="bodies.body:12", body_id=12, before={"name": "A"}, after={"name": "B"})
    assert (row.at, row.actor_kind, row.actor_id, row.action) == (NOW, "person", "anna", "tests.rename")
    assert (row.subject, row.body_id, row.before, row.after) == ("bodies.body:12", 12, '{"name":"A"}', '{"name":"B"}')
    (origin,) = queries.open_origins([row])
    assert origin is not None
    assert (origin["name"], origin["address"]) == ("Anna Bek", "10.0.0.7")
    assert origin["session"] not in {"", ANNA.session}


def test_what_is_personal_is_readable_with_the_key_alone():
    row = add("accounts.rename", subject="accounts.user:p", person="p", personal_after={"name": SECRET})
    stored = repr([list(model.objects.values()) for model in (Row, PersonKey, Waiting)])
    for text in (SECRET, ANNA.name, ANNA.address, ANNA.session):
        assert text not in stored
    assert queries.open_personal(row) == {"before": None, "after": {"name": SECRET}}


@pytest.mark.parametrize("actor", [system_actor("audit.seal"), replace(ANONYMOUS, address="10.9.9.9")])
def test_the_system_and_strangers_have_no_key(actor):
    row = add(actor=actor)
    (origin,) = queries.open_origins([row])
    assert origin == ({"name": "audit.seal"} if actor.kind == "system" else {"address": "10.9.9.9"})
    assert not PersonKey.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_recorded():
    with pytest.raises(NoTransactionError, match=r"tests\.rename"):
        record(actor=ANNA, action="tests.rename", subject="bodies.body:1", now=NOW)
    assert not Row.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_row_stands_or_falls_with_its_action():
    with pytest.raises(ZeroDivisionError):
        _act_and_fail()
    assert not Row.objects.exists()
    assert not Waiting.objects.exists()
    assert not PersonKey.objects.exists()


@transaction.atomic
def _act_and_fail() -> None:
    record(actor=ANNA, action="tests.rename", subject="bodies.body:1", person="p", personal_after={"a": 1}, now=NOW)
    assert Row.objects.count() == 1
    raise ZeroDivisionError


@pytest.mark.parametrize(
    "fields",
    [
        {"action": "rename"},
        {"subject": "body 12"},
        {"now": datetime(2026, 3, 5, 9, 30)},  # noqa: DTZ001 - that is the mistake
        {"personal_after": {"name": SECRET}},
        {"person": "", "personal_after": {"name": SECRET}},
        {"after": {"password": "hunter2"}},
        {"person": "p", "personal_after": {"password": "hunter2"}},
    ],
)
def test_what_cannot_be_recorded_stops_the_action(fields):
    given = {"action": "tests.rename", "subject": "bodies.body:1", "now": NOW, **fields}
    with pytest.raises(ValueError, match=r"named like|time zone|person|secret"):
        record(actor=ANNA, **given)
    assert not Row.objects.exists()


def test_after_an_erasure_nothing_personal_is_readable_and_the_chain_verifies():
    mine = add("accounts.rename", subject="accounts.user:p", person="p", personal_before={"name": SECRET})
    done = add(actor=person_with(user_id="p"))
    others = add("accounts.rename", subject="accounts.user:q", person="q", personal_after={"name": "Q"})
    seal_waiting(now=NOW)
    erase_person(person="p", actor=ANNA, now=NOW)
    seal_waiting(now=NOW)
    assert queries.open_personal(mine) is None
    assert queries.open_origins([done]) == [None]
    assert queries.open_personal(others) == {"before": None, "after": {"name": "Q"}}
    assert verify().ok
    assert verify().size == 4


def test_an_erasure_is_recorded_also_the_second_time():
    add(person="p", personal_after={"name": SECRET})
    for readable in ("true", "false"):
        erase_person(person="p", actor=ANNA, now=NOW)
        row = Row.objects.order_by("-pk")[0]
        assert (row.action, row.person) == ("audit.erase_person", "p")
        assert row.before == f'{{"readable":{readable}}}'


def test_an_erased_person_gets_no_second_key():
    erase_person(person="p", actor=ANNA, now=NOW)
    with pytest.raises(PersonErasedError):
        add(person="p", personal_after={"name": SECRET})
    row = add(actor=person_with(user_id="p"))
    assert (row.actor_id, row.origin, row.origin_sealed) == ("p", None, None)
    assert queries.open_origins([row]) == [None]


def test_who_erases_themselves_is_recorded_without_a_name():
    erase_person(person="anna", actor=ANNA, now=NOW)
    row = Row.objects.get()
    assert (row.actor_id, row.origin_sealed) == ("anna", None)


@pytest.mark.django_db(transaction=True)
def test_the_wrapped_key_is_gone_from_the_file_of_the_database():
    for person in ("o", "p", "q", "r"):  # among others on its page, so that no tidying up overwrites it by chance
        add(person=person, personal_after={"name": SECRET})
    wrapped = bytes(PersonKey.objects.get(pk="p").wrapped or b"")
    assert _holds(wrapped)
    erase_person(person="p", actor=ANNA, now=NOW)
    assert not _holds(wrapped)


def _holds(needle: bytes) -> bool:
    """Whether the file of SQLite holds any eight of these bytes in a row, or PostgreSQL's table after its VACUUM."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM audit_personkey")
            cursor.execute("SELECT count(*) FROM audit_personkey WHERE wrapped = %s", [needle])
            return bool(cursor.fetchone()[0])
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute("PRAGMA database_list")
        path = cursor.fetchone()[2]
    with open(path, "rb") as file:  # noqa: PTH123
        data = file.read()
    return any(needle[at : at + 8] in data for at in range(len(needle) - 8))


def test_to_read_what_is_personal_is_recorded():
    row = add(body_id=3, person="p", personal_after={"name": SECRET})
    assert read_personal(row_id=row.pk, actor=AUDITOR, now=NOW) == {"before": None, "after": {"name": SECRET}}
    reading = Row.objects.order_by("-pk")[0]
    assert (reading.actor_id, reading.action, reading.subject) == (
        "auditor",
        "audit.read_personal",
        f"audit.row:{row.pk}",
    )
    assert (reading.person, reading.body_id) == ("p", 3)


def test_almost_an_auditor_reads_nothing_personal():
    row = add(body_id=3, person="p", personal_after={"name": SECRET})
    with pytest.raises(UnknownRowError):
        read_personal(row_id=row.pk, actor=person_with((Role.AUDITOR, 4)), now=NOW)
    for role in (Role.HEAD, Role.SITE_ADMINISTRATOR, Role.OFFICER):
        with pytest.raises(NotAllowedError):
            read_personal(row_id=row.pk, actor=person_with((role, 3), (role, None)), now=NOW)
    assert Row.objects.count() == 1
