"""Reads about people: narrowed to the actor, never more; what is not there is named."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import RequestFactory

from kopir.accounts import queries
from kopir.accounts.actions import request_factor_reset
from kopir.accounts.errors import NotPermittedError, UnknownPersonError
from kopir.accounts.models import Invitation, Level, NationalId, RoleGrant
from kopir.base import clock
from kopir.base.actors import ANONYMOUS, Role
from people import actor_of, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator():
    return actor_of(make_person("operator@example.org", grants=[(Role.PLATFORM_OPERATOR, None)]))


def test_a_request_without_session_is_a_strangers():
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7")
    actor = queries.get_actor(request)
    assert (actor.kind, actor.address, actor.grants) == ("anonymous", "192.0.2.7", frozenset())


def test_people_are_found_by_words(operator):
    make_person("b@example.org", name="Бекзат Нұрлан")
    make_person("c@example.org", name="Бекзат Сейт")
    names = [user.name for user in queries.list_people(operator, "бекзат нұрлан")]
    assert names in (["Бекзат Нұрлан"], []), "SQLite folds no case outside of ASCII"
    assert [user.email for user in queries.list_people(operator, "B@EXAMPLE")] == ["b@example.org"]


def test_a_stranger_sees_nobody(bodies):
    user = make_person(grants=[(Role.EDITOR, bodies[0])])
    assert not queries.list_people(ANONYMOUS).exists()
    with pytest.raises(UnknownPersonError):
        queries.get_person(user.pk, ANONYMOUS)
    assert not queries.list_invitations(ANONYMOUS, clock.now()).exists()


def test_a_former_colleague_is_seen_no_more(bodies):
    manager = actor_of(make_person("h@example.org", grants=[(Role.HEAD, bodies[0])]))
    user = make_person("o@example.org", grants=[(Role.OFFICER, bodies[0])])
    assert queries.get_person(user.pk, manager) == user
    RoleGrant.objects.filter(user=user).update(ended_at=clock.now())
    with pytest.raises(UnknownPersonError):
        queries.get_person(user.pk, manager)


def test_a_user_is_found_by_id_alone():
    user = make_person()
    assert queries.find_user(str(user.pk)) == user
    assert queries.find_user("no id") is None


def test_invitations_are_those_that_are_open_and_ones_own(operator, bodies):
    now = clock.now()
    facts = {"role": "editor", "invited_at": now, "expires_at": now + timedelta(days=1)}
    mine = Invitation.objects.create(email="a@x.org", body=bodies[0], token_hash="1", **facts)
    Invitation.objects.create(email="b@x.org", body=bodies[1], token_hash="2", **facts)
    Invitation.objects.create(email="c@x.org", body=bodies[0], token_hash="3", **{**facts, "expires_at": now})
    Invitation.objects.create(email="d@x.org", body=bodies[0], token_hash="4", **facts, withdrawn_at=now)
    manager = actor_of(make_person("sa@example.org", grants=[(Role.SITE_ADMINISTRATOR, bodies[0])]))
    assert list(queries.list_invitations(manager, now)) == [mine]
    assert queries.list_invitations(operator, now).count() == 2
    with pytest.raises(UnknownPersonError):
        queries.get_invitation(mine.pk + 1, manager, now)


@pytest.mark.parametrize(
    ("number", "shown", "queries_asked"),
    [
        ("", 1, 1),
        ("1", 1, 1),
        ("3", 3, 1),
        ("4", 3, 3),
        ("-1", 1, 1),
        ("last", 1, 1),
        ("9" * 40, 1, 1),
        ("9" * 4301, 1, 1),
    ],
)
def test_a_page_of_people_is_counted_by_its_own_query(
    operator, django_assert_num_queries, number, shown, queries_asked
):
    for letter in "abcd":
        make_person(f"{letter}@example.org", factor=False)
    people = queries.list_people(operator).prefetch_related(None)
    with django_assert_num_queries(queries_asked):
        page = queries.page_of_people(people, 2, number)
        assert (page.number, page.paginator.count, len(page)) == (shown, 5, 2 if shown < 3 else 1)
    assert [one.pk for one in page] == [one.pk for one in people[(shown - 1) * 2 : shown * 2]]


def test_a_page_of_nobody_is_the_first(operator):
    page = queries.page_of_people(queries.list_people(operator, "nobody of this name"), 2, "")
    assert (page.number, page.paginator.count, list(page)) == (1, 0, [])


def test_resets_are_for_operators_and_for_a_day(operator):
    now = clock.now()
    user = make_person("o@example.org")
    reset = request_factor_reset(user=user, reason="x", actor=operator, now=now)
    assert queries.get_reset(reset.pk, operator, now) == reset
    assert queries.find_open_reset(user, now) == reset
    assert queries.find_open_reset(user, now + timedelta(hours=24)) is None
    with pytest.raises(UnknownPersonError):
        queries.get_reset(reset.pk, operator, now + timedelta(hours=24))
    with pytest.raises(NotPermittedError):
        queries.list_resets(actor_of(user), now)


def test_the_owner_of_a_number_is_who_confirmed_it():
    claimer, owner = make_person("a@example.org"), make_person("b@example.org")
    number = {"country": "KZ", "scheme": "IIN", "value": "791028302728"}
    NationalId.objects.create(user=claimer, **number)
    assert queries.find_owner(**number) is None
    NationalId.objects.create(user=owner, **number, level=Level.LOW, confirmed_by="x")
    assert queries.find_owner(**number) == owner


def test_a_session_that_is_not_there_is_unknown():
    with pytest.raises(UnknownPersonError):
        queries.get_session("x", make_person(), clock.now())


def test_a_grant_that_is_over_is_unknown(bodies):
    grant = make_person(grants=[(Role.EDITOR, bodies[0])]).grants.get()
    assert queries.get_grant(grant.pk) == grant
    RoleGrant.objects.update(ended_at=clock.now())
    with pytest.raises(UnknownPersonError):
        queries.get_grant(grant.pk)


def test_a_nul_is_found_nowhere_on_postgresql_too():
    user = make_person(grants=[(Role.PLATFORM_OPERATOR, None)])
    assert list(queries.list_people(actor_of(user), "a@\0example")) == [user]
    with pytest.raises(UnknownPersonError):
        queries.get_session("\0", user, clock.now())


def test_the_record_is_told_how_people_are_called():
    user = make_person(name="Сауле")
    assert queries.find_names([str(user.pk), "none", "7f9d2a10-1111-2222-3333-444455556666"]) == {str(user.pk): "Сауле"}
