"""One's own account: profile, numbers, sessions, invitations taken in a browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from kopir.accounts.actions import confirm_identifier, invite, request_factor_reset
from kopir.accounts.models import FactorReset, Level, NationalId, Session, User
from kopir.base import clock
from kopir.base.actors import Role, system_actor
from people import PASSWORD, actor_of, browser, is_signed_in, make_person, sign_in

pytestmark = pytest.mark.django_db

IIN = "791028302728"


@pytest.fixture
def user():
    return make_person()


@pytest.fixture
def client(user):
    client = browser()
    sign_in(client, user)
    return client


def test_a_person_changes_name_and_language(client, user):
    client.post(reverse("account_profile"), {"name": "Әлия", "language": "ru"})
    user.refresh_from_db()
    assert (user.name, user.language) == ("Әлия", "ru")
    answer = client.post(reverse("account_profile"), {"name": "", "language": "xx"})
    assert set(answer.context["form"].errors) == {"name", "language"}


def test_a_page_costs_few_queries(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        client.get(reverse("account_sessions"))
    with django_assert_max_num_queries(8):
        client.get(reverse("account_profile"))


def test_a_number_is_stated_and_removed(client, user):
    answer = client.post(reverse("account_identifier"), {"scheme": "IIN", "value": "791028302729"})
    assert "This is not a valid IIN" in answer.content.decode()
    client.post(reverse("account_identifier"), {"scheme": "IIN", "value": IIN})
    page = client.get(reverse("account_profile")).content.decode()
    assert IIN in page
    assert "Not confirmed" in page
    number = NationalId.objects.get()
    assert client.get(reverse("account_remove_identifier", args=[number.pk])).status_code == 405
    client.post(reverse("account_remove_identifier", args=[number.pk]))
    assert not NationalId.objects.exists()


def test_a_number_of_another_is_not_removed(client):
    other = make_person("b@example.org")
    number = confirm_identifier(
        user=other,
        country="KZ",
        scheme="IIN",
        value=IIN,
        level=Level.LOW,
        source="x",
        actor=system_actor("accounts.x"),
        now=clock.now(),
    )
    client.post(reverse("account_remove_identifier", args=[number.pk]))
    assert NationalId.objects.filter(pk=number.pk).exists()


def test_sessions_are_listed_and_ended_one_by_one(client, user):
    elsewhere = browser()
    sign_in(elsewhere, user)
    page = client.get(reverse("account_sessions"))
    assert page.content.decode().count("Firefox, Linux") == 2
    assert "This session" in page.content.decode()
    key = next(one.pk for one in page.context["sessions"] if one.pk != page.context["own"])
    client.post(reverse("account_end_session"), {"session": key})
    assert not is_signed_in(elsewhere)
    assert is_signed_in(client)


def test_all_other_sessions_are_ended_at_once(client, user):
    elsewhere = browser()
    sign_in(elsewhere, user)
    client.post(reverse("account_end_session"))
    assert not is_signed_in(elsewhere)
    assert is_signed_in(client)


def test_a_session_of_another_is_not_there(client):
    other, elsewhere = make_person("b@example.org"), browser()
    sign_in(elsewhere, other)
    key = Session.objects.get(user=other).pk
    assert client.post(reverse("account_end_session"), {"session": key}).status_code == 404
    assert is_signed_in(elsewhere)


def test_an_owner_stops_a_reset_that_they_did_not_ask_for(client, user):
    operator = actor_of(make_person("operator@example.org", grants=[(Role.PLATFORM_OPERATOR, None)]))
    request_factor_reset(user=user, reason="?", actor=operator, now=clock.now())
    assert "Stop the reset" in client.get(reverse("account_profile")).content.decode()
    client.post(reverse("account_withdraw_reset"))
    assert FactorReset.objects.get().withdrawn_at
    assert client.post(reverse("account_withdraw_reset")).status_code == 302


def offer(body, email="new@example.org", role=Role.EDITOR):
    _, token = invite(
        email=email,
        role=role,
        body=body,
        language="kk",
        make_url=str,
        actor=system_actor("accounts.x"),
        now=clock.now(),
    )
    return token


def open_link(token):
    guest = browser()
    answer = guest.get(reverse("account_open_invitation", args=[token]))
    assert answer["Location"] == reverse("account_invitation")
    return guest


def accept(guest, password=PASSWORD):
    data = {"name": "Фирӯза", "password1": password, "password2": password}
    return guest.post(reverse("account_invitation"), data)


def test_who_is_invited_sets_a_password_and_then_a_factor(bodies):
    guest = open_link(offer(bodies[0]))
    page = guest.get(reverse("account_invitation")).content.decode()
    assert "Editor" in page
    assert "Ministry A" in page
    assert accept(guest)["Location"] == reverse("account_profile")
    assert guest.get(reverse("account_profile"))["Location"].startswith(reverse("account_factor_needed"))
    assert guest.get(reverse("mfa_activate_totp")).status_code == 200
    assert User.objects.get().grants.get().role == "editor"


def test_a_link_opens_once(bodies):
    token = offer(bodies[0])
    accept(open_link(token))
    answer = browser().get(reverse("account_open_invitation", args=[token]))
    assert answer.status_code == 410
    assert "has been used already" in answer.content.decode()


def test_an_expired_or_guessed_link_says_what_to_do(bodies, later):
    token = offer(bodies[0])
    later(timedelta(days=7))
    for wrong, sentence in ((token, "has expired"), ("guessed", "is not valid")):
        guest = browser()
        answer = guest.get(reverse("account_open_invitation", args=[wrong]))
        assert answer.status_code == 410
        assert not guest.cookies
        assert not Session.objects.filter(user=None).exists(), "strangers could fill the table"
        assert sentence in answer.content.decode()
        assert "Ask the person who sent it to you" in answer.content.decode()
    assert browser().get(reverse("account_invitation")).status_code == 410


@pytest.mark.parametrize(
    ("first", "second", "field"),
    [("short", "short", "password1"), (PASSWORD, "other words", "password2"), ("", "", "password1")],
)
def test_a_weak_password_is_told_at_its_field(bodies, first, second, field):
    guest = open_link(offer(bodies[0]))
    answer = guest.post(reverse("account_invitation"), {"name": "A", "password1": first, "password2": second})
    assert field in answer.context["form"].errors
    assert not User.objects.exists()


def test_an_account_takes_it_after_sign_in(bodies, user, client):
    token = offer(bodies[0], user.email)
    guest = open_link(token)
    answer = accept(guest)
    assert answer.status_code == 403
    assert f"{reverse('account_login')}?next=" in answer.content.decode()
    client.get(reverse("account_open_invitation", args=[token]))
    client.post(reverse("account_invitation"))
    assert user.grants.get().role == "editor"


def test_somebody_else_who_is_signed_in_cannot(bodies, client, user):
    client.get(reverse("account_open_invitation", args=[offer(bodies[0])]))
    answer = client.post(reverse("account_invitation"))
    assert answer.status_code == 403
    assert "This invitation is for new@example.org" in answer.content.decode()
    assert not user.grants.exists()
