"""Whatever is done to the record behind its back, the first bad row is named."""

from __future__ import annotations

import pytest
from django.db import connection

from actors import NOW
from kopir.audit.models import Link, Row, Waiting
from kopir.audit.rules import GENESIS, next_head, row_hash
from kopir.audit.sealing import seal_waiting
from kopir.audit.verify import Kind, verify
from kopir.wire.evidence import AuditHead
from records import add, add_sealed, tamper, unprotected

pytestmark = pytest.mark.django_db


def heads(*sizes: int) -> list[AuditHead]:
    """What the journal holds of the chain as it is now."""
    return [AuditHead("portal", size, bytes(Link.objects.get(position=size).head)) for size in sizes]


def reseal() -> None:
    """What the owner of the database can do who knows this page: the whole chain made anew."""
    with unprotected():
        head = GENESIS
        for position, row in enumerate(Row.objects.order_by("pk"), 1):
            digest = row_hash(row.facts())
            head = next_head(head, digest)
            Link.objects.update_or_create(
                row_id=row.pk,
                defaults={"position": position, "row_hash": digest, "head": head, "sealed_at": NOW},
            )


def test_an_untouched_record_holds():
    assert (verify().ok, verify().size, verify().head) == (True, 0, GENESIS)
    add_sealed(3)
    add()
    report = verify(heads(1, 3))
    assert (report.ok, report.size, report.waiting, report.journaled) == (True, 3, 1, 3)
    assert report.head == bytes(Link.objects.get(position=3).head)


@pytest.mark.parametrize("chunk", [1, 2, 3, 1000])
def test_a_long_record_is_read_in_pieces(monkeypatch, chunk):
    monkeypatch.setattr("kopir.audit.verify.CHUNK", chunk)
    rows = add_sealed(3)
    assert verify().size == 3
    tamper("UPDATE audit_row SET after = '{}' WHERE id = %s", rows[2].pk)
    assert verify().fault.row_id == rows[2].pk


@pytest.mark.parametrize(
    "change",
    [
        "actor_id = 'boris'",
        "actor_kind = 'system'",
        "action = 'tests.hide'",
        "subject = 'bodies.body:9'",
        "body_id = 9",
        "before = '{}'",
        "after = NULL",
        "person = 'p'",
        "origin = ''",
        "origin_sealed = NULL",
        "personal_sealed = origin_sealed",
        "at = '2026-03-05 09:30:07+00:00'" if connection.vendor == "postgresql" else "at = '2026-03-05 09:30:07'",
    ],
)
def test_a_changed_row_is_named(change):
    rows = add_sealed(4)
    for row in (rows[1], rows[3]):
        assert tamper("UPDATE audit_row SET " + change + " WHERE id = %s", row.pk) == 1  # noqa: S608 - of this file
    fault = verify().fault
    assert (fault.kind, fault.position, fault.row_id) == (Kind.CHANGED, 2, rows[1].pk)
    assert verify().size == 1


def test_a_missing_row_is_named():
    rows = add_sealed(3)
    tamper("DELETE FROM audit_row WHERE id = %s", rows[1].pk)
    fault = verify().fault
    assert (fault.kind, fault.position, fault.row_id) == (Kind.MISSING, 2, rows[1].pk)


def test_a_row_missing_with_its_link_is_named():
    rows = add_sealed(3)
    tamper("DELETE FROM audit_row WHERE id = %s", rows[1].pk)
    tamper("DELETE FROM audit_link WHERE row_id = %s", rows[1].pk)
    assert (verify().fault.kind, verify().fault.position) == (Kind.MISSING, 2)


def test_a_row_that_waited_and_is_gone_is_named():
    row = add()
    tamper("DELETE FROM audit_row WHERE id = %s", row.pk)
    assert (verify().fault.kind, verify().fault.row_id) == (Kind.MISSING, row.pk)


def test_rows_missing_at_the_end_are_known_to_the_journal_alone():
    rows = add_sealed(3)
    journal = heads(3)
    tamper("DELETE FROM audit_row WHERE id = %s", rows[2].pk)
    tamper("DELETE FROM audit_link WHERE row_id = %s", rows[2].pk)
    assert verify().ok
    fault = verify(journal).fault
    assert (fault.kind, fault.position) == (Kind.MISSING, 3)


def test_an_inserted_row_is_named():
    add_sealed(2)
    forged = Row.objects.create(at=NOW, actor_kind="person", actor_id="boris", action="a.b", subject="bodies.body:1")
    fault = verify().fault
    assert (fault.kind, fault.row_id) == (Kind.INSERTED, forged.pk)
    add()
    assert verify().fault == fault, "rows that wait are none of it"


def test_an_inserted_row_with_a_link_of_its_own_is_named():
    rows = add_sealed(3)
    journal = heads(2, 3)
    with unprotected():
        Row.objects.filter(pk=rows[2].pk).update(id=rows[2].pk + 1)
        Link.objects.filter(position=3).update(position=4, row_id=rows[2].pk + 1)
        Row.objects.create(pk=rows[2].pk, at=NOW, actor_kind="system", action="a.b", subject="bodies.body:1")
        forged = Row.objects.get(pk=rows[2].pk)
        digest = row_hash(forged.facts())
        head = next_head(bytes(Link.objects.get(position=2).head), digest)
        Link.objects.create(position=3, row_id=forged.pk, row_hash=digest, head=head, sealed_at=NOW)
    assert verify().fault.kind == Kind.CHANGED
    fault = verify(journal).fault
    assert (fault.kind, fault.position, fault.row_id) == (Kind.HEAD, 3, forged.pk)


def test_rows_that_changed_places_are_named():
    rows = add_sealed(4)
    second, third = Link.objects.get(position=2), Link.objects.get(position=3)
    with unprotected():
        Link.objects.filter(position__in=(2, 3)).delete()
        for link, other in ((second, third), (third, second)):
            Link.objects.create(
                position=link.position,
                row_id=other.row_id,
                row_hash=other.row_hash,
                head=link.head,
                sealed_at=link.sealed_at,
            )
    fault = verify().fault
    assert (fault.kind, fault.position, fault.row_id) == (Kind.REORDERED, 2, rows[2].pk)


def test_a_changed_link_is_named():
    rows = add_sealed(3)
    with unprotected():
        Link.objects.filter(position=2).update(head=bytes(32))
    assert (verify().fault.kind, verify().fault.row_id) == (Kind.REORDERED, rows[1].pk)


def test_a_row_changed_together_with_the_whole_chain_differs_from_the_journal():
    rows = add_sealed(4)
    journal = heads(1, 2, 4)
    tamper("UPDATE audit_row SET actor_id = 'boris' WHERE id = %s", rows[2].pk)
    reseal()
    assert verify().ok, "the database alone cannot tell"
    report = verify(journal)
    assert (report.fault.kind, report.fault.position, report.journaled) == (Kind.HEAD, 4, 2)
    assert "after row 2" in report.fault.what


def test_two_different_heads_in_the_journal_are_a_fault_of_the_record():
    add_sealed(2)
    report = verify([*heads(2), AuditHead("portal", 2, bytes(32))])
    assert (report.fault.kind, report.fault.position) == (Kind.HEAD, 2)


def test_the_same_head_twice_is_none():
    add_sealed(2)
    assert verify([*heads(2), *heads(2)]).ok


def test_what_waits_is_sealed_later_and_holds():
    add_sealed(1)
    journal = heads(1)
    add()
    assert Waiting.objects.count() == 1
    seal_waiting(now=NOW)
    report = verify(journal)
    assert (report.ok, report.size, report.journaled) == (True, 2, 1)
