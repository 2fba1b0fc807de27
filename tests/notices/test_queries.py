"""Inboxes as their owners see them, and what an operator is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from actors import AUDITOR, NOW, OPERATOR, person_with
from kopir.accounts.models import User
from kopir.base.actors import Role
from kopir.base.errors import NotAllowedError
from kopir.notices import queries
from kopir.notices.errors import UnknownMessageError
from kopir.notices.models import Delivery, Message, Phone, State

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> User:
    return User.objects.create_user("anna@example.org")


def message(user: User, **fields: object) -> Message:
    return Message.objects.create(user=user, letter="x", language="kk", subject="s", text="t", created_at=NOW, **fields)


def delivery(state: State, after: timedelta = timedelta(), error: str = "") -> Delivery:
    return Delivery.objects.create(
        letter="x", channel="email", address="a@b", state=state, created_at=NOW + after, error=error
    )


def test_an_inbox_is_its_owners(anna):
    mine, read = message(anna), message(anna, read_at=NOW)
    theirs = message(User.objects.create_user("b@example.org"))
    assert list(queries.list_messages(user=anna)) == [read, mine]
    assert queries.count_unread(user=anna) == 1
    assert queries.get_message(user=anna, message_id=mine.pk) == mine
    for other in (theirs.pk, theirs.pk + 1):
        with pytest.raises(UnknownMessageError):
            queries.get_message(user=anna, message_id=other)


def test_a_number_counts_once_it_is_confirmed(anna):
    assert queries.find_phone(anna) is None
    phone = Phone.objects.create(user=anna, asked="+7")
    assert (queries.find_phone(anna), queries.find_number(anna)) == (phone, None)
    Phone.objects.update(number="+7", confirmed_at=NOW)
    assert queries.find_number(anna) == "+7"


def test_deliveries_are_for_operators():
    dead, sent = delivery(State.DEAD), delivery(State.SENT)
    assert list(queries.list_deliveries(actor=OPERATOR)) == [sent, dead]
    assert list(queries.list_deliveries(actor=OPERATOR, state=State.DEAD)) == [dead]
    for actor in (AUDITOR, person_with((Role.PLATFORM_OPERATOR, 1), (Role.SITE_ADMINISTRATOR, None))):
        with pytest.raises(NotAllowedError):
            queries.list_deliveries(actor=actor)


def test_what_was_given_up_and_what_waits_is_told():
    delivery(State.SENT)
    delivery(State.WAITING)
    assert queries.find_faults(now=NOW + queries.LATE) == []
    (fault,) = queries.find_faults(now=NOW + queries.LATE + timedelta(seconds=1))
    assert "start the worker" in fault
    Delivery.objects.filter(state=State.WAITING).update(error="connection refused")
    assert "connection refused" in queries.find_faults(now=NOW + timedelta(hours=1))[0]
    delivery(State.DEAD, error="550 no such mailbox")
    assert "550 no such mailbox" in queries.find_faults(now=NOW)[0]
