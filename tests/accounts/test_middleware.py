"""At the door: sessions that end by themselves, staff without factor, decisions enforced, the almost-right person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from kopir.accounts.middleware import FACTOR_PAGES, AccessMiddleware
from kopir.accounts.models import RoleGrant, Session
from kopir.accounts.queries import get_actor
from kopir.audit.models import Row
from kopir.base import clock
from kopir.base.actors import Role
from kopir.pagecache.storing import is_staff_mark
from people import CHROME, browser, is_signed_in, make_person, show_factor, sign_in

pytestmark = pytest.mark.django_db

PEOPLE = "people"


@pytest.fixture
def operator():
    return make_person("operator@example.org", grants=[(Role.PLATFORM_OPERATOR, None)])


def test_an_operator_opens_the_administration(operator):
    client = browser()
    sign_in(client, operator)
    answer = client.get(reverse(PEOPLE))
    assert answer.status_code == 200
    assert get_actor(answer.wsgi_request).has(Role.PLATFORM_OPERATOR)


def test_a_stranger_is_led_to_the_sign_in_and_back():
    answer = browser().get(reverse(PEOPLE), {"q": "a b"})
    assert answer.status_code == 302
    assert answer["Location"] == f"{reverse('account_login')}?next=%2Fen%2Fmanage%2Fpeople%2F%3Fq%3Da%2Bb"


def test_a_page_for_all_leaves_a_stranger_without_session():
    answer = browser().get(reverse("account_inactive"))
    assert answer.status_code == 200
    assert not Session.objects.exists()


def test_a_view_without_a_decision_is_closed(operator):
    request = RequestFactory().get("/")
    request.session = browser().session
    with pytest.raises(PermissionDenied):
        AccessMiddleware(lambda _: HttpResponse()).process_view(request, lambda _: HttpResponse(), (), {})


def test_a_citizen_at_the_administration_is_refused():
    client = browser()
    sign_in(client, make_person())
    assert client.get(reverse(PEOPLE)).status_code == 403


def test_staff_without_factor_is_led_to_its_set_up_from_every_page(bodies):
    client = browser()
    sign_in(client, make_person(grants=[(Role.EDITOR, bodies[0])], factor=False))
    for page in ("account_profile", "account_sessions", "account_identifier", "account_providers", PEOPLE):
        answer = client.get(reverse(page))
        assert answer.status_code == 302, page
        assert answer["Location"].startswith(reverse("account_factor_needed")), page
    assert client.get(reverse("account_factor_needed")).status_code == 200
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


def test_the_set_up_of_the_factor_has_its_styles(bodies):
    client = browser()
    sign_in(client, make_person(grants=[(Role.EDITOR, bodies[0])], factor=False))
    assert client.get(reverse("design_files:low_vision_style"))["Content-Type"].startswith("text/css")
    assert client.get(reverse("design_files:theme", args=["no-such-colors"])).status_code == 404
    assert client.get(reverse("bodies_files:crest", args=["none.svg"])).status_code == 404
    assert client.get(reverse("design:low_vision")).status_code == 200
    assert client.get(reverse("design:components")).status_code == 302


def test_a_grant_has_no_force_before_the_factor_is_shown(bodies):
    client = browser()
    user = make_person(grants=[(Role.PLATFORM_OPERATOR, None)], factor=False)
    sign_in(client, user)
    answer = client.get(reverse("account_factor_needed"))
    assert get_actor(answer.wsgi_request).grants == frozenset()


def test_who_gets_a_role_within_a_session_must_show_a_factor_first(bodies):
    client = browser()
    user = make_person(factor=False)
    sign_in(client, user)
    assert is_signed_in(client)
    RoleGrant.objects.create(user=user, role="editor", body=bodies[0], granted_at=clock.now())
    assert client.get(reverse("account_profile"))["Location"].startswith(reverse("account_factor_needed"))


def test_the_pages_open_before_the_factor_exist():
    for page in FACTOR_PAGES - {"set_language", "low_vision"}:
        assert reverse(page)


def test_a_role_taken_away_works_at_the_next_request(operator):
    client = browser()
    sign_in(client, operator)
    assert client.get(reverse(PEOPLE)).status_code == 200
    RoleGrant.objects.update(ended_at=clock.now())
    assert client.get(reverse(PEOPLE)).status_code == 403


def test_a_closed_account_is_out_at_the_next_request(operator):
    client = browser()
    sign_in(client, operator)
    type(operator).objects.update(is_active=False)
    assert client.get(reverse(PEOPLE)).status_code == 302


@pytest.mark.parametrize(("wait", "lives"), [(timedelta(minutes=29), True), (timedelta(minutes=30), False)])
def test_a_session_of_staff_ends_after_thirty_idle_minutes(operator, later, wait, lives):
    client = browser()
    sign_in(client, operator)
    later(wait)
    assert is_signed_in(client) is lives


def test_a_session_of_staff_ends_after_twelve_hours_however_busy(operator, later):
    client = browser()
    sign_in(client, operator)
    for _ in range(35):
        later(timedelta(minutes=20))
        assert is_signed_in(client)
    later(timedelta(minutes=20))
    answer = client.get(reverse("account_profile"), follow=True)
    assert "Your session has reached its longest time" in answer.content.decode()
    assert not is_signed_in(client)


@pytest.mark.parametrize(("wait", "lives"), [(timedelta(minutes=119), True), (timedelta(minutes=120), False)])
def test_a_session_of_a_citizen_lives_longer(later, wait, lives):
    client = browser()
    sign_in(client, make_person())
    later(wait)
    assert is_signed_in(client) is lives


def test_who_is_signed_out_by_time_is_told(operator, later):
    client = browser()
    sign_in(client, operator)
    later(timedelta(hours=1))
    answer = client.get(reverse("account_profile"), follow=True)
    assert "You were signed out because nothing was done for a while" in answer.content.decode()


def test_a_stolen_cookie_ends_the_session_when_another_browser_shows_it(operator):
    owner, thief = browser(), browser(CHROME)
    sign_in(owner, operator)
    thief.cookies = owner.cookies
    assert thief.get(reverse(PEOPLE)).status_code == 302
    assert not is_signed_in(owner)
    assert Row.objects.filter(action="accounts.end_session", actor_id=str(operator.pk)).count() == 1


def test_a_dangerous_act_needs_a_fresh_factor(operator, later):
    client = browser()
    sign_in(client, operator)
    assert client.get(reverse("invite")).status_code == 200
    later(timedelta(minutes=10))
    answer = client.get(reverse("invite"))
    assert answer["Location"] == f"{reverse('account_fresh')}?next=%2Fen%2Fmanage%2Fpeople%2Finvite%2F"
    assert client.get(reverse(PEOPLE)).status_code == 200
    show_factor(client, operator)
    assert client.get(reverse("invite")).status_code == 200


def test_a_form_sent_too_late_leads_back_to_where_it_was_filled_in(operator, later):
    client = browser()
    sign_in(client, operator)
    later(timedelta(minutes=11))
    page = "http://kz.localhost/en/manage/people/invite/"
    answer = client.post(reverse("invite"), {"email": "x@example.org"}, headers={"referer": page})
    assert answer["Location"] == f"{reverse('account_fresh')}?next=%2Fen%2Fmanage%2Fpeople%2Finvite%2F"
    answer = client.post(reverse("invite"), {}, headers={"referer": "https://elsewhere.example/x"})
    assert answer["Location"] == reverse("account_fresh")


def test_a_password_makes_no_operator_fresh(operator, later):
    client = browser()
    sign_in(client, operator)
    later(timedelta(minutes=10))
    answer = client.post(reverse("account_reauthenticate"), {"password": "four words of no song"})
    assert answer.status_code == 302
    assert client.get(reverse("invite")).status_code == 302


def test_staff_is_led_past_the_page_store_from_its_sign_in_to_its_sign_out(operator, settings):
    client, name = browser(), settings.KOPIR_STAFF_COOKIE_NAME
    client.get(reverse("bodies:home"))
    assert name not in client.cookies
    sign_in(client, operator)
    assert is_staff_mark(client.cookies[name].value)
    assert reverse("bodies:manage") in client.get(reverse("bodies:home")).content.decode()
    client.post(reverse("account_logout"))
    client.get(reverse("bodies:home"))
    assert client.cookies[name].value == ""
    assert reverse("bodies:manage") not in client.get(reverse("bodies:home")).content.decode()


def test_a_citizen_is_shown_the_same_public_page_as_everybody(settings):
    settings.KOPIR_PAGE_GUARD = "raise"
    client, page = browser(), reverse("bodies:home")
    public = client.get(page)
    sign_in(client, make_person())
    client.get(reverse("account_profile"))
    answer = client.get(page)
    assert answer.content == public.content
    assert answer["Kopir-Keep"] == public["Kopir-Keep"]
    assert settings.KOPIR_STAFF_COOKIE_NAME not in client.cookies or not client.cookies["kopir-staff"].value


@pytest.mark.parametrize("page", ["notices:inbox", "bodies:manage", "bodies:home", "mfa_index"])
def test_what_a_person_was_shown_lies_in_no_cache(operator, page):
    client = browser()
    assert "public" in client.get(reverse("bodies:home"))["Cache-Control"], "what all may see may be kept"
    sign_in(client, operator)
    assert "no-store" in client.get(reverse(page))["Cache-Control"]
