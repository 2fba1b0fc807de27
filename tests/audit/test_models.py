"""Rows as they come back from the database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from actors import NOW
from kopir.audit.models import Handover, Link, PersonKey, Row, Waiting
from kopir.audit.rules import row_hash
from records import add, add_sealed

pytestmark = pytest.mark.django_db


def test_a_row_has_the_same_bytes_however_often_it_is_read():
    now = NOW + timedelta(microseconds=123_457)
    row = add(
        after={"name": "Ғылым және жоғары білім министрлігі", "\x00": "\x1f"},
        person="p",
        personal_after={"a": 1},
        now=now,
    )
    assert row.facts().at == now
    assert isinstance(row.facts().personal_sealed, bytes)
    assert row_hash(row.facts()) == row_hash(Row.objects.get(pk=row.pk).facts())


def test_what_is_shown_of_each():
    row = add_sealed(1)[0]
    add(person="p", personal_after={"a": 1})
    assert str(row) == f"{row.pk}: tests.rename bodies.body:1"
    assert str(Link.objects.get()) == f"1: row {row.pk}"
    assert str(Waiting.objects.get()) == f"row {row.pk + 1}"
    assert str(PersonKey.objects.get(pk="p")) == "p"
    assert str(PersonKey(person="q")) == "q (destroyed)"
    assert str(Handover(size=3)) == "3 rows at None"
