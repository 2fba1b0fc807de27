"""Names, passwords, closed accounts."""

from __future__ import annotations

import pytest

from kopir.accounts.actions import close_account, keep_password, open_account, rename_person
from kopir.accounts.actions.people import register_arrival
from kopir.accounts.errors import LastOperatorError, NotPermittedError
from kopir.accounts.models import Session
from kopir.audit.models import Row
from kopir.base import clock
from kopir.base.actors import Role, system_actor
from people import actor_of, browser, is_signed_in, make_person, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator():
    return actor_of(make_person("operator@example.org", grants=[(Role.PLATFORM_OPERATOR, None)]))


def test_a_person_takes_another_name():
    user = make_person()
    rename_person(user=user, name="Әлия", language="ru", actor=actor_of(user), now=clock.now())
    user.refresh_from_db()
    assert (user.name, user.language) == ("Әлия", "ru")
    row = Row.objects.get(action="accounts.rename")
    assert row.after is None, "a name is personal and stands encrypted"
    assert row.personal_sealed


def test_nobody_renames_another(operator):
    with pytest.raises(NotPermittedError):
        rename_person(user=make_person(), name="X", language="ru", actor=operator, now=clock.now())


def test_a_kept_password_ends_other_sessions(letters):
    user, client = make_person(), browser()
    sign_in(client, user)
    user.set_password("another long one")
    keep_password(user=user, actor=actor_of(user), now=clock.now())
    assert not Session.objects.filter(user=user).exists()
    assert letters[-1].template == "accounts.password_changed"


def test_a_closed_account_is_out_and_can_come_back(operator):
    user, client = make_person(), browser()
    sign_in(client, user)
    close_account(user=user, actor=operator, now=clock.now())
    assert not is_signed_in(client)
    again = browser()
    sign_in(again, user)
    assert not is_signed_in(again)
    open_account(user=user, actor=operator, now=clock.now())
    sign_in(again, user)
    assert is_signed_in(again)


def test_only_operators_close_accounts_and_not_their_own(operator, bodies):
    from kopir.accounts.models import User

    head = actor_of(make_person("h@example.org", grants=[(Role.HEAD, bodies[0])]))
    with pytest.raises(NotPermittedError):
        close_account(user=make_person(), actor=head, now=clock.now())
    with pytest.raises(NotPermittedError):
        close_account(user=User.objects.get(pk=operator.id), actor=operator, now=clock.now())


def test_who_arrives_has_neither_address_nor_password():
    user = register_arrival(name="Ф" * 300, language="tg", actor=system_actor("accounts.oidc"), now=clock.now())
    assert (user.email, len(user.name), user.has_usable_password()) == (None, 200, False)


def test_the_account_of_the_last_operator_stays_open(operator):
    """Who closes it was one until a moment ago."""
    from kopir.accounts.models import RoleGrant, User

    gone = make_person("gone@example.org", grants=[(Role.PLATFORM_OPERATOR, None)])
    actor = actor_of(gone)
    RoleGrant.objects.filter(user=gone).update(ended_at=clock.now())
    with pytest.raises(LastOperatorError):
        close_account(user=User.objects.get(pk=operator.id), actor=actor, now=clock.now())
    assert User.objects.get(pk=operator.id).is_active
    citizen = make_person("citizen@example.org")
    close_account(user=citizen, actor=operator, now=clock.now())
