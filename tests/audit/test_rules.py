"""The bytes of rows, and what may stand in them."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

import cbor2
import pytest
from django.utils.translation import gettext_lazy

from kopir.audit.rules import GENESIS, Facts, canonical, check_names, next_head, row_bytes, row_hash, session_name
from kopir.wire.errors import LocalProtocolError

FACTS = Facts(
    id=7,
    at=datetime(2026, 3, 5, 9, 30, 0, 125, tzinfo=UTC),
    actor_kind="person",
    actor_id="anna",
    origin=None,
    origin_sealed=b"sealed",
    action="bodies.rename",
    subject="bodies.body:12",
    body_id=12,
    before='{"name":"Министрлік"}',
    after=None,
    person="",
    personal_sealed=None,
)
OTHERS: dict[str, Any] = {
    "id": 8,
    "at": FACTS.at + timedelta(microseconds=1),
    "actor_kind": "system",
    "actor_id": "anne",
    "origin": "",
    "origin_sealed": None,
    "action": "bodies.renamed",
    "subject": "bodies.body:1",
    "body_id": None,
    "before": None,
    "after": "",
    "person": "7",
    "personal_sealed": b"",
}


def test_the_bytes_are_those_of_the_page():
    assert cbor2.loads(row_bytes(FACTS)) == [
        "kopir audit row 1",
        7,
        1772703000000125,
        "person",
        "anna",
        None,
        b"sealed",
        "bodies.rename",
        "bodies.body:12",
        12,
        '{"name":"Министрлік"}',
        None,
        "",
        None,
    ]
    assert row_hash(FACTS) == sha256(b"\0" + row_bytes(FACTS)).digest()


def test_an_instant_has_one_encoding_whatever_the_zone():
    elsewhere = FACTS.at.astimezone(timezone(timedelta(hours=5)))
    assert row_bytes(replace(FACTS, at=elsewhere)) == row_bytes(FACTS)


@pytest.mark.parametrize("name", [field.name for field in fields(Facts)])
def test_every_fact_is_in_the_hash(name):
    assert row_hash(replace(FACTS, **{name: OTHERS[name]})) != row_hash(FACTS)


def test_a_head_is_over_all_rows_before_it():
    first, second = row_hash(FACTS), row_hash(replace(FACTS, id=8))
    assert next_head(GENESIS, first) == sha256(b"\x01" + sha256().digest() + first).digest()
    one, other = (next_head(next_head(GENESIS, a), b) for a, b in ((first, second), (second, first)))
    assert one != other


def test_values_have_one_text():
    assert canonical(None) is None
    assert canonical({}) == "{}"
    assert (
        canonical({"я": 1, "a": [True, None, 1.5, {"c": 1, "b": ""}]}) == '{"a":[true,null,1.5,{"b":"","c":1}],"я":1}'
    )
    values = {"on": date(2026, 3, 5), "id": UUID(int=1), "sum": Decimal("1.20"), "kind": gettext_lazy("News")}
    text = '{"id":"00000000-0000-0000-0000-000000000001","kind":"News","on":"2026-03-05","sum":"1.20"}'
    assert canonical(values) == text


@pytest.mark.parametrize(
    "values",
    [
        {"password": "hunter2"},
        {"new_password": "hunter2"},
        {"form": [{"API_TOKEN": "x"}]},
        {"recovery_codes": ["1", "2"]},
        {"client": {"secret": b"x"}},
    ],
)
def test_a_secret_is_never_recorded(values):
    with pytest.raises(ValueError, match="secret"):
        canonical(values)


def test_that_there_is_a_secret_may_be_recorded():
    assert canonical({"has_password": True, "recovery_codes": 8, "token": None}) is not None


@pytest.mark.parametrize("values", [{"a": object()}, {"a": {1, 2}}, {"a": float("nan")}, {"a": "x" * (1 << 20)}])
def test_what_has_no_form_is_refused(values):
    with pytest.raises(ValueError, match=r"recorded|JSON"):
        canonical(values)


def test_text_without_utf_8_is_refused():
    with pytest.raises(ValueError, match="surrogates"):
        canonical({"a": "\ud800"})
    with pytest.raises(LocalProtocolError):
        row_bytes(replace(FACTS, subject="\ud800"))


@pytest.mark.parametrize(
    ("action", "subject"),
    [
        ("rename", "bodies.body:1"),
        ("Bodies.rename", "bodies.body:1"),
        ("bodies.rename body", "bodies.body:1"),
        ("bodies.rename", "body:1"),
        ("bodies.rename", "bodies.body:"),
        ("bodies.rename", "bodies.body:1 2"),
        ("bodies.rename\n", "bodies.body:1"),
    ],
)
def test_actions_and_subjects_have_a_form(action, subject):
    check_names("bodies.rename", "bodies.body:1")
    check_names("accounts.end_session", "accounts.user:0190-ab")
    with pytest.raises(ValueError, match="is named like"):
        check_names(action, subject)


def test_a_session_is_named_without_being_opened():
    assert session_name("") == ""
    assert session_name("cookie") == session_name("cookie") != session_name("cookies")
    assert "cookie" not in session_name("cookie")
