"""Second factors: an app, passkeys, recovery codes; their set-up and their end."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.urls import reverse

from kopir.audit.models import Row
from kopir.base.actors import Role
from people import HOST, PASSWORD, browser, code_of, is_signed_in, make_person, sign_in
from softkey import SoftKey

pytestmark = pytest.mark.django_db


def set_up_app(client):
    from time import time

    secret = re.search(r"<code[^>]*>([A-Z2-7]{32})</code>", client.get(reverse("mfa_activate_totp")).content.decode())[
        1
    ]
    code = format_hotp_value(hotp_value(secret, int(time()) // 30))
    return client.post(reverse("mfa_activate_totp"), {"code": code})


def options(client, page):
    return client.get(reverse(page)).context["js_data"]


def add_passkey(client, key, **more):
    made = key.create(options(client, "mfa_add_webauthn")["creation_options"])
    return client.post(reverse("mfa_add_webauthn"), {"name": "Laptop", "credential": made, **more})


def test_staff_sets_up_an_app_and_then_the_role_works(letters, bodies):
    user, client = make_person(grants=[(Role.PLATFORM_OPERATOR, None)], factor=False), browser()
    sign_in(client, user)
    assert set_up_app(client)["Location"] == reverse("mfa_view_recovery_codes")
    page = client.get(reverse("mfa_view_recovery_codes"))
    assert len(re.findall(r"<li><code>\d{8}</code></li>", page.content.decode())) == 10
    assert client.get(reverse("people")).status_code == 200
    assert [letter.template for letter in letters] == ["accounts.factor_added", "accounts.recovery_codes_made"]
    assert Row.objects.filter(action="accounts.add_factor").count() == 2


def test_the_seed_is_not_readable_in_the_table():
    user, client = make_person(), browser()
    sign_in(client, user)
    set_up_app(client)
    for kept in Authenticator.objects.filter(user=user):
        secret = kept.data.get("secret") or kept.data.get("seed")
        assert secret.startswith("k1."), "sealed"


def test_recovery_codes_are_shown_once_and_work_once(letters):
    user, client = make_person(), browser()
    sign_in(client, user)
    set_up_app(client)
    page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    code = re.search(r"<li><code>(\d{8})</code></li>", page)[1]
    assert code not in client.get(reverse("mfa_view_recovery_codes")).content.decode()
    for works in (True, False):
        again = browser()
        again.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
        again.post(reverse("mfa_authenticate"), {"code": code})
        assert is_signed_in(again) is works


def test_new_recovery_codes_end_the_former():
    user, client = make_person(), browser()
    sign_in(client, user)
    set_up_app(client)
    old = re.search(r"<code>(\d{8})</code>", client.get(reverse("mfa_view_recovery_codes")).content.decode())[1]
    client.post(reverse("mfa_generate_recovery_codes"))
    assert old not in client.get(reverse("mfa_view_recovery_codes")).content.decode()
    again = browser()
    again.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    again.post(reverse("mfa_authenticate"), {"code": old})
    assert not is_signed_in(again)


def test_a_wrong_first_code_sets_nothing_up():
    user, client = make_person(), browser()
    sign_in(client, user)
    client.get(reverse("mfa_activate_totp"))
    answer = client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert "The code is wrong or too old" in answer.content.decode()
    assert not Authenticator.objects.exists()


def test_staff_cannot_remove_its_last_factor(bodies):
    user, client = make_person(grants=[(Role.EDITOR, bodies[0])]), browser()
    sign_in(client, user)
    answer = client.post(reverse("mfa_deactivate_totp"))
    assert "Your role needs a second factor" in answer.content.decode()
    assert Authenticator.objects.filter(user=user, type="totp").exists()


def test_a_citizen_may_remove_the_factor(letters):
    user, client = make_person(factor=True), browser()
    sign_in(client, user)
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.exists()
    assert letters[-1].template == "accounts.factor_removed"
    assert Row.objects.filter(action="accounts.remove_factor").exists()


def test_a_passkey_is_added_and_is_the_second_factor():
    user, client, key = make_person(), browser(), SoftKey(HOST)
    sign_in(client, user)
    add_passkey(client, key)
    again = browser()
    again.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert not is_signed_in(again)
    found = key.get(options(again, "mfa_authenticate")["request_options"])
    again.post(reverse("mfa_authenticate"), {"credential": found})
    assert is_signed_in(again)


def ask_options(client):
    return client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"}).json()["request_options"]


def test_a_passkey_alone_signs_in_and_counts_as_factor(bodies):
    user, client, key = make_person(grants=[(Role.PLATFORM_OPERATOR, None)]), browser(), SoftKey(HOST)
    sign_in(client, user)
    add_passkey(client, key, passwordless="on")
    again = browser()
    again.post(reverse("mfa_login_webauthn"), {"credential": key.get(ask_options(again))})
    assert again.get(reverse("people")).status_code == 200


@pytest.mark.parametrize("fault", ["unverified", "stranger", "thief", "replay", "garbage"])
def test_a_passkey_that_is_not_right_signs_nobody_in(fault):
    user, client, key = make_person(), browser(), SoftKey(HOST)
    sign_in(client, user)
    add_passkey(client, key, passwordless="on")
    again = browser()
    answer = key.get(ask_options(again))
    if fault == "unverified":
        key.flags &= ~4
        answer = key.get(ask_options(again))
    elif fault == "stranger":
        other = SoftKey(HOST)
        other.user_handle = key.user_handle
        answer = other.get(ask_options(again))
    elif fault == "thief":
        other = SoftKey(HOST)
        other.id, other.user_handle = key.id, key.user_handle
        answer = other.get(ask_options(again))
    elif fault == "replay":
        ask_options(again)
    else:
        answer = '{"id": 1}'
    again.post(reverse("mfa_login_webauthn"), {"credential": answer})
    assert not is_signed_in(again)


def test_a_passkey_is_renamed_and_removed():
    user, client, key = make_person(factor=True), browser(), SoftKey(HOST)
    sign_in(client, user)
    add_passkey(client, key)
    pk = Authenticator.objects.get(type="webauthn").pk
    client.post(reverse("mfa_edit_webauthn", args=[pk]), {"name": "Phone"})
    assert "Phone" in client.get(reverse("mfa_list_webauthn")).content.decode()
    client.post(reverse("mfa_remove_webauthn", args=[pk]))
    assert not Authenticator.objects.filter(type="webauthn").exists()


def test_the_last_passkey_of_staff_stays(bodies):
    user, client, key = make_person(), browser(), SoftKey(HOST)
    sign_in(client, user)
    add_passkey(client, key)
    make_person("b@example.org")
    from kopir.accounts.models import RoleGrant
    from kopir.base import clock

    RoleGrant.objects.create(user=user, role="editor", body=bodies[0], granted_at=clock.now())
    pk = Authenticator.objects.get(type="webauthn").pk
    client.post(reverse("mfa_remove_webauthn", args=[pk]))
    assert Authenticator.objects.filter(type="webauthn").exists()


def test_a_passkey_of_another_person_is_out_of_reach():
    owner, other, key = make_person(), make_person("b@example.org"), SoftKey(HOST)
    client = browser()
    sign_in(client, owner)
    add_passkey(client, key)
    thief = browser()
    sign_in(thief, other)
    pk = Authenticator.objects.get(type="webauthn").pk
    assert thief.post(reverse("mfa_remove_webauthn", args=[pk])).status_code == 404
    assert Authenticator.objects.filter(type="webauthn").exists()


def test_adding_a_factor_needs_a_fresh_sign_in(later):
    from datetime import timedelta

    user, client = make_person(), browser()
    sign_in(client, user)
    later(timedelta(minutes=11))
    assert client.get(reverse("mfa_activate_totp"))["Location"].startswith(reverse("account_reauthenticate"))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


def test_who_has_a_factor_shows_the_factor_again_not_the_password(later):
    from datetime import timedelta

    user, client = make_person(factor=True), browser()
    sign_in(client, user)
    later(timedelta(minutes=11))
    assert client.get(reverse("account_fresh"))["Location"] == reverse("mfa_reauthenticate")
    assert client.post(reverse("account_reauthenticate"), {"password": PASSWORD})["Location"] == reverse(
        "mfa_reauthenticate"
    )
    assert client.get(reverse("mfa_deactivate_totp")).status_code == 302
    client.post(reverse("mfa_reauthenticate"), {"code": code_of(user)})
    assert client.get(reverse("mfa_deactivate_totp")).status_code == 200
