"""The number for texts."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from actors import ANNA, NOW
from kopir.accounts.models import User
from kopir.audit.models import Row
from kopir.notices.errors import TooSoonError, WrongCodeError, WrongNumberError
from kopir.notices.models import Delivery, Message, Phone
from kopir.notices.phones import CODE_FOR, PAUSE, TRIES, ask_phone, confirm_phone, read_number, remove_phone
from kopir.notices.queries import find_number
from kopir.notices.sending import open_words

pytestmark = pytest.mark.django_db
NUMBER = "+77011234567"


@pytest.fixture
def anna() -> User:
    return User.objects.create_user("anna@example.org", language="en")


def ask(user: User, number: str = NUMBER, after: timedelta = timedelta()) -> str:
    """Ask, and read the code from the text."""
    ask_phone(user=user, number=number, actor=ANNA, now=NOW + after)
    delivery = Delivery.objects.filter(channel="sms").order_by("-pk")[0]
    assert delivery.address == read_number(number)
    return re.search(r"\d{6}", open_words(delivery.sealed).sms)[0]


def confirm(user: User, code: str, after: timedelta = timedelta()) -> None:
    confirm_phone(user=user, code=code, actor=ANNA, now=NOW + after)


def test_a_number_is_used_once_its_code_came_back(anna):
    code = ask(anna, "+7 (701) 123-45-67")
    assert find_number(anna) is None
    confirm(anna, f" {code} ")
    assert find_number(anna) == NUMBER
    assert Message.objects.get().letter == "notices.phone_changed"
    assert [row.action for row in Row.objects.order_by("pk")] == ["notices.ask_phone", "notices.confirm_phone"]


def test_the_former_number_holds_until_the_new_one_is_confirmed(anna):
    confirm(anna, ask(anna))
    code = ask(anna, "+992901234567", after=PAUSE)
    assert find_number(anna) == NUMBER
    confirm(anna, code, after=PAUSE)
    assert find_number(anna) == "+992901234567"


def test_neither_code_nor_number_is_readable_in_the_tables(anna):
    code = ask(anna)
    stored = repr([list(model.objects.values()) for model in (Phone, Row)])
    assert f"'{code}'" not in stored
    assert NUMBER not in repr(list(Row.objects.values()))


@pytest.mark.parametrize(
    "text", ["", "77011234567", "+07011234567", "+7701", "+7701123456789012", "+7701123456x", "anna"]
)
def test_what_is_no_number_is_refused(anna, text):
    with pytest.raises(WrongNumberError):
        ask_phone(user=anna, number=text, actor=ANNA, now=NOW)
    assert not Delivery.objects.exists()


def test_a_wrong_code_counts_and_five_are_enough(anna):
    code = ask(anna)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    for _ in range(TRIES):
        with pytest.raises(WrongCodeError):
            confirm(anna, wrong)
    with pytest.raises(WrongCodeError):
        confirm(anna, code)
    assert find_number(anna) is None
    assert Row.objects.filter(action="notices.miss_phone_code").count() == TRIES


def test_a_code_is_good_for_ten_minutes_once_and_for_its_number(anna):
    code = ask(anna)
    with pytest.raises(WrongCodeError):
        confirm(anna, code, after=CODE_FOR + timedelta(seconds=1))
    confirm(anna, code, after=CODE_FOR)
    with pytest.raises(WrongCodeError):
        confirm(anna, code, after=CODE_FOR)
    old = ask(anna, "+992901234567", after=2 * CODE_FOR)
    new = ask(anna, "+998901234567", after=2 * CODE_FOR + PAUSE)
    if old != new:
        with pytest.raises(WrongCodeError):
            confirm(anna, old, after=2 * CODE_FOR + PAUSE)


def test_the_code_of_somebody_else_is_worth_nothing(anna):
    boris = User.objects.create_user("boris@example.org", language="en")
    theirs = ask(boris)
    with pytest.raises(WrongCodeError):
        confirm(anna, theirs)
    mine = ask(anna)
    if mine != theirs:
        with pytest.raises(WrongCodeError):
            confirm(anna, theirs)


def test_codes_are_not_sent_in_a_row(anna):
    ask(anna)
    with pytest.raises(TooSoonError):
        ask(anna, after=PAUSE - timedelta(seconds=1))
    ask(anna, after=PAUSE)


def test_a_removed_number_gets_no_more(anna):
    confirm(anna, ask(anna))
    remove_phone(user=anna, actor=ANNA, now=NOW)
    assert find_number(anna) is None
    count = Row.objects.count()
    remove_phone(user=anna, actor=ANNA, now=NOW)
    assert Row.objects.count() == count
