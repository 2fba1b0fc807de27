"""Reading is noted once, by whoever reads."""

from __future__ import annotations

import pytest

from actors import ANNA, NOW
from kopir.accounts.models import User
from kopir.audit.models import Row
from kopir.notices.actions import mark_all_read, open_message
from kopir.notices.errors import UnknownMessageError
from kopir.notices.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> User:
    return User.objects.create_user("anna@example.org")


def message(user: User) -> Message:
    return Message.objects.create(user=user, letter="x", language="kk", subject="s", text="t", created_at=NOW)


def test_a_message_is_opened_once_and_read_often(anna):
    mine = message(anna)
    for _ in range(2):
        assert open_message(message_id=mine.pk, user=anna, actor=ANNA, now=NOW).read_at == NOW
    assert Row.objects.count() == 1
    assert mark_all_read(user=anna, actor=ANNA, now=NOW) == 0
    assert Row.objects.count() == 1


def test_nobody_opens_the_message_of_another(anna):
    theirs = message(User.objects.create_user("b@example.org"))
    with pytest.raises(UnknownMessageError):
        open_message(message_id=theirs.pk, user=anna, actor=ANNA, now=NOW)
    assert mark_all_read(user=anna, actor=ANNA, now=NOW) == 0
    assert Row.objects.count() == 0
