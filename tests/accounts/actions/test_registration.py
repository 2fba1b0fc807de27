"""Accounts that the system makes: all that sign-in needs, rows in the record, and nobody else makes one."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator

from actors import NOW, OPERATOR
from kopir.accounts.actions.registration import give_code_app, register_person
from kopir.accounts.errors import NotPermittedError
from kopir.accounts.models import User
from kopir.audit.models import Row
from kopir.base.actors import Actor, system_actor
from people import PASSWORD, SECRET, browser, is_signed_in, sign_in

pytestmark = pytest.mark.django_db
SYSTEM = system_actor("tests.import")


def register(actor: Actor = SYSTEM) -> User:
    return register_person(
        email="Ivan@example.org", name="Иван", language="ru", password=PASSWORD, actor=actor, now=NOW
    )


def test_who_is_registered_signs_in_with_password_and_code():
    user = register()
    give_code_app(user=user, secret=SECRET, actor=SYSTEM, now=NOW)
    visitor = browser()

    sign_in(visitor, user)

    assert is_signed_in(visitor)
    assert (user.email, user.language, user.is_staff) == ("ivan@example.org", "ru", False)


def test_the_record_says_that_the_system_did_it():
    give_code_app(user=register(), secret=SECRET, actor=SYSTEM, now=NOW)

    rows = Row.objects.order_by("pk").values_list("action", "actor_kind")
    assert list(rows) == [("accounts.register_person", "system"), ("accounts.add_factor", "system")]


def test_a_second_code_app_is_not_given():
    user = register()
    for _ in range(2):
        give_code_app(user=user, secret=SECRET, actor=SYSTEM, now=NOW)

    assert Authenticator.objects.filter(user=user).count() == 1


def test_an_address_is_registered_once():
    register()
    with pytest.raises(ValueError, match="has an account"):
        register()


def test_even_an_operator_registers_nobody():
    with pytest.raises(NotPermittedError):
        register(OPERATOR)
    user = register()
    with pytest.raises(NotPermittedError):
        give_code_app(user=user, secret=SECRET, actor=OPERATOR, now=NOW)
    assert not Authenticator.objects.exists()
