"""Roles given and taken: by whom, where, once; groups follow; the record and the person learn of it."""

from __future__ import annotations

import pytest

from kopir.accounts.actions import end_role, grant_role
from kopir.accounts.errors import (
    AlreadyGrantedError,
    LastOperatorError,
    NotPermittedError,
    RoleMisfitError,
    UnknownPersonError,
)
from kopir.accounts.models import RoleGrant, User
from kopir.audit.models import Row
from kopir.base import clock
from kopir.base.actors import ANONYMOUS, Role, system_actor
from meeting import meet
from people import actor_of, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator():
    return actor_of(make_person("operator@example.org", grants=[(Role.PLATFORM_OPERATOR, None)]))


def test_an_operator_gives_a_role_and_takes_it_away(operator, bodies, letters):
    user = make_person()
    grant = grant_role(user=user, role=Role.EDITOR, body=bodies[0], actor=operator, now=clock.now())
    assert (str(grant.granted_by_id), grant.ended_at) == (operator.id, None)
    assert [group.name for group in user.groups.all()] == [f"editor:{bodies[0].pk}"]
    assert letters[-1].template == "accounts.role_granted"
    assert letters[-1].context == {"role": "editor", "body": str(bodies[0])}
    end_role(grant=grant, actor=operator, now=clock.now())
    grant.refresh_from_db()
    assert grant.ended_at is not None
    assert not user.groups.exists()
    assert letters[-1].template == "accounts.role_ended"
    rows = Row.objects.filter(subject=f"accounts.user:{user.pk}", action__contains="role").order_by("pk")
    assert [(row.action, row.body_id) for row in rows] == [
        ("accounts.grant_role", bodies[0].pk),
        ("accounts.end_role", bodies[0].pk),
    ]


def test_groups_are_what_the_grants_say_and_nothing_else(operator, bodies):
    from django.contrib.auth.models import Group

    user = make_person()
    user.groups.add(Group.objects.create(name="platform_operator"))
    grant_role(user=user, role=Role.AUDITOR, body=None, actor=operator, now=clock.now())
    assert [group.name for group in user.groups.all()] == ["auditor"]


def test_the_system_gives_roles(bodies):
    grant = grant_role(
        user=make_person(), role=Role.HEAD, body=bodies[0], actor=system_actor("accounts.seed"), now=clock.now()
    )
    assert grant.granted_by is None


def test_a_role_is_given_once(operator, bodies):
    user = make_person(grants=[(Role.EDITOR, bodies[0])])
    with pytest.raises(AlreadyGrantedError):
        grant_role(user=user, role=Role.EDITOR, body=bodies[0], actor=operator, now=clock.now())
    assert RoleGrant.objects.filter(user=user).count() == 1


@pytest.mark.parametrize(("role", "with_body"), [(Role.PLATFORM_OPERATOR, True), (Role.EDITOR, False)])
def test_a_role_that_does_not_belong_there_is_refused(operator, bodies, role, with_body):
    with pytest.raises(RoleMisfitError, match="Choose a body"):
        grant_role(
            user=make_person(), role=role, body=bodies[0] if with_body else None, actor=operator, now=clock.now()
        )


def test_the_site_administrator_of_one_body_gives_nothing_at_the_other(bodies):
    here, there = bodies
    actor = actor_of(make_person("sa@example.org", grants=[(Role.SITE_ADMINISTRATOR, here)]))
    user = make_person()
    grant_role(user=user, role=Role.EDITOR, body=here, actor=actor, now=clock.now())
    with pytest.raises(NotPermittedError):
        grant_role(user=user, role=Role.EDITOR, body=there, actor=actor, now=clock.now())
    other = RoleGrant.objects.create(user=user, role="editor", body=there, granted_at=clock.now())
    with pytest.raises(NotPermittedError):
        end_role(grant=other, actor=actor, now=clock.now())


@pytest.mark.parametrize("role", [Role.EDITOR, Role.PUBLISHER, Role.OFFICER, Role.AUDITOR])
def test_who_may_not_give_roles_gives_none(bodies, role):
    actor = actor_of(make_person("x@example.org", grants=[(role, bodies[0])]))
    with pytest.raises(NotPermittedError):
        grant_role(user=make_person(), role=Role.EDITOR, body=bodies[0], actor=actor, now=clock.now())


def test_nobody_gives_a_role_to_themselves(operator, bodies):
    with pytest.raises(NotPermittedError):
        grant_role(user=User.objects.get(pk=operator.id), role=Role.AUDITOR, body=None, actor=operator, now=clock.now())


def test_a_closed_account_gets_no_role(operator, bodies):
    user = make_person(is_active=False)
    with pytest.raises(NotPermittedError):
        grant_role(user=user, role=Role.EDITOR, body=bodies[0], actor=operator, now=clock.now())


def test_a_stranger_takes_nothing_away(bodies):
    user = make_person(grants=[(Role.EDITOR, bodies[0])])
    with pytest.raises(NotPermittedError):
        end_role(grant=user.grants.get(), actor=ANONYMOUS, now=clock.now())


def test_what_is_ended_cannot_be_ended_again(operator, bodies):
    user = make_person(grants=[(Role.EDITOR, bodies[0])])
    grant = user.grants.get()
    end_role(grant=grant, actor=operator, now=clock.now())
    with pytest.raises(UnknownPersonError):
        end_role(grant=grant, actor=operator, now=clock.now())


def operator_grant(email="operator2@example.org", **fields):
    user = make_person(email, grants=[(Role.PLATFORM_OPERATOR, None)], **fields)
    return user.grants.get()


def test_the_last_operator_stays(operator, bodies):
    own = RoleGrant.objects.get(user=operator.id)
    operator_grant("closed@example.org", is_active=False)
    for actor in (operator, system_actor("accounts.x")):
        with pytest.raises(LastOperatorError, match="Let another one in first"):
            end_role(grant=own, actor=actor, now=clock.now())
    operator_grant()
    end_role(grant=own, actor=operator, now=clock.now())
    with pytest.raises(UnknownPersonError):
        end_role(grant=own, actor=system_actor("accounts.x"), now=clock.now())


@pytest.mark.django_db(transaction=True)
def test_of_two_operators_who_end_each_other_one_stays():
    one, other = operator_grant("one@example.org"), operator_grant("other@example.org")
    fault = meet(
        lambda: end_role(grant=other, actor=actor_of(one.user), now=clock.now()),
        lambda: end_role(grant=one, actor=actor_of(other.user), now=clock.now()),
    )
    assert isinstance(fault, LastOperatorError | NotPermittedError), fault
    assert [grant.pk for grant in RoleGrant.objects.filter(ended_at=None)] == [one.pk]
