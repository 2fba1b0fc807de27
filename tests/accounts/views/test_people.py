"""The administration of people: who sees whom, who may do what, always with a fresh factor; the almost-right person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from kopir.accounts.models import FactorReset, Invitation, RoleGrant, Session, User
from kopir.base import clock
from kopir.base.actors import Role
from people import browser, is_signed_in, make_person, sign_in

pytestmark = pytest.mark.django_db


def at_work(user):
    client = browser()
    sign_in(client, user)
    return client


@pytest.fixture
def operator():
    return make_person("operator@example.org", name="Operator", grants=[(Role.PLATFORM_OPERATOR, None)])


@pytest.fixture
def client(operator):
    return at_work(operator)


def test_an_operator_sees_everybody_and_finds_by_name(client, bodies):
    make_person("b@example.org", name="Бекзат")
    make_person("c@example.org", name="Сауле", grants=[(Role.EDITOR, bodies[0])], factor=False)
    page = client.get(reverse("people")).content.decode()
    assert "Бекзат" in page
    assert "Ministry A" in page
    assert "Сауле" not in client.get(reverse("people"), {"q": "бекзат b@"}).content.decode()


def test_the_list_costs_few_queries_however_long(client, bodies, django_assert_max_num_queries):
    for number in range(30):
        make_person(f"p{number}@example.org", grants=[(Role.EDITOR, bodies[0])], factor=False)
    with django_assert_max_num_queries(8):
        page = client.get(reverse("people"))
    assert len(page.context["page"].object_list) == 25
    with django_assert_max_num_queries(8):
        client.get(reverse("invitations"))


def test_the_page_of_a_person_costs_few_queries(client, bodies, django_assert_max_num_queries):
    citizen = make_person("citizen@example.org", grants=[(Role.EDITOR, body) for body in bodies], factor=True)
    for _ in range(2):
        at_work(citizen)
    Session.objects.create(session_key="over", user=citizen, agent="Firefox, Linux", expire_date=clock.now())
    with django_assert_max_num_queries(8):
        page = client.get(reverse("person", args=[citizen.pk])).content.decode()
    assert "Second factor set up" in page
    assert page.count("Firefox, Linux") == 2, "one is over"
    assert reverse("request_reset", args=[citizen.pk]) in page
    client.post(reverse("request_reset", args=[citizen.pk]), {"reason": "x"})
    with django_assert_max_num_queries(8):
        page = client.get(reverse("person", args=[citizen.pk])).content.decode()
    assert reverse("confirm_reset", args=[FactorReset.objects.get().pk]) in page


def test_a_site_administrator_sees_the_staff_of_their_body_alone(bodies):
    here, there = bodies
    ours = make_person("ours@example.org", name="Ours", grants=[(Role.EDITOR, here)], factor=False)
    theirs = make_person("theirs@example.org", name="Theirs", grants=[(Role.EDITOR, there)], factor=False)
    citizen = make_person("citizen@example.org", name="Citizen")
    client = at_work(make_person("sa@example.org", grants=[(Role.SITE_ADMINISTRATOR, here)]))
    page = client.get(reverse("people")).content.decode()
    assert "Ours" in page
    assert "Theirs" not in page
    assert "Citizen" not in page
    assert client.get(reverse("person", args=[ours.pk])).status_code == 200
    for hidden in (theirs, citizen):
        assert client.get(reverse("person", args=[hidden.pk])).status_code == 404


def test_roles_of_a_person_at_another_body_are_not_shown(bodies):
    here, there = bodies
    both = make_person("x@example.org", grants=[(Role.EDITOR, here), (Role.HEAD, there)], factor=False)
    client = at_work(make_person("sa@example.org", grants=[(Role.SITE_ADMINISTRATOR, here)]))
    page = client.get(reverse("person", args=[both.pk])).content.decode()
    assert "Editor" in page
    assert "Ministry B" not in page


@pytest.mark.parametrize("role", [Role.EDITOR, Role.PUBLISHER, Role.OFFICER])
def test_an_editor_administers_nobody(bodies, role):
    client = at_work(make_person(grants=[(role, bodies[0])]))
    for page in ("people", "invite", "invitations"):
        assert client.get(reverse(page)).status_code == 403


def test_an_auditor_looks_and_changes_nothing(bodies, operator):
    client = at_work(make_person("auditor@example.org", grants=[(Role.AUDITOR, None)]))
    target = make_person("t@example.org", grants=[(Role.EDITOR, bodies[0])], factor=False)
    assert client.get(reverse("people")).status_code == 200
    assert client.get(reverse("person", args=[target.pk])).status_code == 200
    grant = target.grants.get()
    for page, args in (
        ("invite", []),
        ("grant_role", [target.pk]),
        ("end_role", [grant.pk]),
        ("end_sessions", [target.pk]),
        ("set_account", [target.pk]),
        ("request_reset", [target.pk]),
    ):
        assert client.post(reverse(page, args=args)).status_code == 403, page


def test_an_operator_invites(client, bodies, letters):
    data = {"email": "New@example.org", "role": "editor", "body": bodies[0].pk, "language": "kk"}
    assert client.post(reverse("invite"), data)["Location"] == reverse("people")
    assert letters[-1].address == "new@example.org"
    assert letters[-1].context["url"].startswith("http://kz.localhost/en/account/invitation/")
    assert "new@example.org" in client.get(reverse("invitations")).content.decode()
    client.post(reverse("withdraw_invitation", args=[Invitation.objects.get().pk]))
    assert Invitation.objects.get().withdrawn_at


def test_an_invitation_tells_nothing_about_the_address(client, bodies):
    make_person("known@example.org")
    answers = []
    for email in ("known@example.org", "unknown@example.org"):
        data = {"email": email, "role": "editor", "body": bodies[0].pk, "language": "kk"}
        answers.append((client.post(reverse("invite"), data).status_code, client.get(reverse("invite")).content))
    assert answers[0][0] == answers[1][0] == 302


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "x"}, "email"),
        ({"email": ""}, "email"),
        ({"role": "king"}, "role"),
        ({"role": ""}, "role"),
        ({"body": ""}, "body"),
        ({"body": "999"}, "body"),
        ({"role": "platform_operator"}, "body"),
        ({"language": "xx"}, "language"),
    ],
)
def test_each_mistake_is_told_at_its_field(client, bodies, change, field):
    data = {"email": "x@example.org", "role": "editor", "body": bodies[0].pk, "language": "kk"} | change
    answer = client.post(reverse("invite"), data)
    assert set(answer.context["form"].errors) == {field}
    assert not Invitation.objects.exists()


def test_a_body_of_others_cannot_be_chosen_even_by_hand(bodies):
    here, there = bodies
    client = at_work(make_person("sa@example.org", grants=[(Role.SITE_ADMINISTRATOR, here)]))
    data = {"email": "x@example.org", "role": "editor", "body": there.pk, "language": "kk"}
    assert "body" in client.post(reverse("invite"), data).context["form"].errors
    data |= {"body": here.pk, "role": "head"}
    assert "role" in client.post(reverse("invite"), data).context["form"].errors
    data |= {"role": "editor"}
    assert client.post(reverse("invite"), data).status_code == 302


def test_an_operator_gives_and_takes_a_role(client, bodies):
    user = make_person("t@example.org")
    data = {"role": "editor", "body": bodies[0].pk}
    assert client.post(reverse("grant_role", args=[user.pk]), data).status_code == 302
    again = client.post(reverse("grant_role", args=[user.pk]), data)
    assert "has this role already" in again.content.decode()
    grant = RoleGrant.objects.get(user=user)
    client.post(reverse("end_role", args=[grant.pk]))
    grant.refresh_from_db()
    assert grant.ended_at
    assert client.post(reverse("end_role", args=[grant.pk])).status_code == 404


def test_an_operator_gives_nothing_to_themselves(client, operator):
    answer = client.post(reverse("grant_role", args=[operator.pk]), {"role": "auditor", "body": ""})
    assert "You may not do this" in answer.content.decode()
    assert "Give a role" not in client.get(reverse("person", args=[operator.pk])).content.decode()


def test_an_operator_ends_sessions_of_another(client):
    user = make_person("t@example.org")
    elsewhere, second = at_work(user), at_work(user)
    page = client.get(reverse("person", args=[user.pk])).content.decode()
    assert page.count("Firefox, Linux") == 2
    key = Session.objects.filter(user=user).first().pk
    client.post(reverse("end_sessions", args=[user.pk]), {"session": key})
    assert [is_signed_in(one) for one in (elsewhere, second)].count(True) == 1
    client.post(reverse("end_sessions", args=[user.pk]))
    assert not is_signed_in(elsewhere)
    assert not is_signed_in(second)


def test_an_operator_closes_and_opens_an_account(client):
    user = make_person("t@example.org")
    client.post(reverse("set_account", args=[user.pk]), {"state": "closed"})
    assert not User.objects.get(pk=user.pk).is_active
    client.post(reverse("set_account", args=[user.pk]), {"state": "open"})
    assert User.objects.get(pk=user.pk).is_active


def test_two_operators_reset_a_lost_factor(client, bodies):
    second = at_work(make_person("second@example.org", grants=[(Role.PLATFORM_OPERATOR, None)]))
    owner = make_person("owner@example.org", name="Owner", grants=[(Role.EDITOR, bodies[0])])
    empty = client.post(reverse("request_reset", args=[owner.pk]), {"reason": ""})
    assert "Write how you made sure" in empty.content.decode()
    client.post(reverse("request_reset", args=[owner.pk]), {"reason": "came to the desk with her passport"})
    reset = FactorReset.objects.get()
    own = client.get(reverse("confirm_reset", args=[reset.pk])).content.decode()
    assert "another operator must confirm it" in own
    assert client.post(reverse("confirm_reset", args=[reset.pk])).status_code == 409
    assert "Owner" in second.get(reverse("people")).content.decode()
    second.post(reverse("confirm_reset", args=[reset.pk]))
    reset.refresh_from_db()
    assert reset.confirmed_at
    assert client.get(reverse("confirm_reset", args=[reset.pk])).status_code == 404


def test_the_page_of_a_reset_says_that_two_count_as_one(client, operator, bodies):
    double = make_person("double@example.org", grants=[(Role.PLATFORM_OPERATOR, None)])
    RoleGrant.objects.filter(user=double).update(granted_by=operator)
    owner = make_person("owner@example.org", grants=[(Role.EDITOR, bodies[0])])
    client.post(reverse("request_reset", args=[owner.pk]), {"reason": "x"})
    address = reverse("confirm_reset", args=[FactorReset.objects.get().pk])
    browser_of_double = at_work(double)
    page = browser_of_double.get(address).content.decode()
    assert "count as one" in page
    assert "Reset the factor" not in page
    refused = browser_of_double.post(address)
    assert refused.status_code == 409
    assert refused.content.decode().count("count as one") == 1
    assert FactorReset.objects.get().confirmed_at is None


def test_an_operator_stops_a_reset(client, bodies):
    owner = make_person("owner@example.org", grants=[(Role.EDITOR, bodies[0])])
    client.post(reverse("request_reset", args=[owner.pk]), {"reason": "x"})
    reset = FactorReset.objects.get()
    client.post(reverse("confirm_reset", args=[reset.pk]), {"withdraw": "yes"})
    reset.refresh_from_db()
    assert reset.withdrawn_at


def test_every_change_needs_a_fresh_factor(client, bodies, later):
    user = make_person("t@example.org", grants=[(Role.EDITOR, bodies[0])], factor=False)
    later(timedelta(minutes=10))
    pages: list[tuple[str, list[Any]]] = [
        ("invite", []),
        ("grant_role", [user.pk]),
        ("end_role", [user.grants.get().pk]),
        ("end_sessions", [user.pk]),
        ("set_account", [user.pk]),
        ("request_reset", [user.pk]),
        ("confirm_reset", [1]),
        ("withdraw_invitation", [1]),
    ]
    for page, args in pages:
        answer = client.post(reverse(page, args=args), {"state": "closed"})
        assert answer["Location"].startswith(reverse("account_fresh")), page
    assert user.grants.get().ended_at is None
    assert User.objects.get(pk=user.pk).is_active
