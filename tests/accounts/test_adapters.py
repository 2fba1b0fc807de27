"""What allauth asks of this house: every word of its own is replaced, every letter has a name here."""

from __future__ import annotations

import pytest
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils.http import urlencode

from kopir.accounts.adapters import ERRORS, LETTER_NAMES, NOTES, AccountAdapter, FactorAdapter
from kopir.accounts.events import LETTERS
from kopir.base.actors import Role
from people import CHROME, HOST, PASSWORD, SECRET, browser, make_person, sign_in

pytestmark = pytest.mark.django_db

UNUSED = {
    "add_email_blocked": "",
    "cannot_remove_primary_email": "addresses are not managed here",
    "duplicate_email": "addresses are not managed here",
    "max_email_addresses": "addresses are not managed here",
    "invalid_or_expired_key": "codes, not keys",
    "invalid_password_reset": "codes, not keys",
    "phone_password_mismatch": "no phones",
    "phone_taken": "no phones",
    "unknown_phone": "no phones",
    "unknown_email": "never told",
    "unverified_primary_email": "addresses are not managed here",
    "username_blacklisted": "no user names",
    "username_taken": "no user names",
    "select_only_one": "no phones",
}


def test_every_error_that_people_can_meet_is_in_our_words():
    theirs = set(DefaultAccountAdapter.error_messages) | set(DefaultMFAAdapter.error_messages)
    assert theirs <= set(ERRORS) | set(UNUSED), sorted(theirs - set(ERRORS) - set(UNUSED))


def test_every_letter_has_its_name_and_fields():
    assert set(LETTER_NAMES.values()) <= set(LETTERS)


def test_an_unknown_letter_is_a_fault_of_ours():
    with pytest.raises(KeyError):
        AccountAdapter().send_mail("account/email/other", "a@example.org", {})


def test_remarks_of_the_library_without_a_note_are_left_out():
    client = browser()
    sign_in(client, make_person())
    request = client.get("/en/account/").wsgi_request
    with context.request_context(request):
        AccountAdapter().add_message(request, 20, "account/messages/logged_in.txt")
        AccountAdapter().add_message(request, 20, "account/messages/logged_out.txt")
    assert [str(one) for one in get_messages(request)] == [str(NOTES["account/messages/logged_out.txt"])]


def test_a_socket_without_address_has_one_to_count_by(rf):
    with context.request_context(rf.get("/", REMOTE_ADDR="")):
        assert AccountAdapter().get_client_ip(context.request) == "0.0.0.0"


def test_an_unknown_word_of_the_library_is_answered_in_ours():
    with context.request_context(None):
        assert "wrong" in str(AccountAdapter().validation_error("new_word").message)
        assert "code is wrong" in str(FactorAdapter().validation_error("new_word").message)


def test_names_and_pictures_of_factors(bodies):
    user = make_person(grants=[(Role.EDITOR, bodies[0])])
    with context.request_context(None):
        adapter = FactorAdapter()
        assert adapter.generate_authenticator_name(user, "webauthn") == "Passkey 1"
        svg = adapter.build_totp_svg("otpauth://totp/x?secret=A")
        assert svg.startswith("<svg")
        assert "style=" not in svg
        secret = adapter.encrypt("A")
        assert adapter.decrypt(secret) == "A"


@pytest.mark.parametrize("onward", ["https://evil.example/", "http://127.0.0.1/", "http://localhost:8000/", "http://["])
def test_sign_in_leads_to_this_host_alone(onward):
    client, user = browser(), make_person()
    data = {"login": user.email, "password": PASSWORD}
    answer = client.post(f"{reverse('account_login')}?{urlencode({'next': onward})}", data)
    assert (answer.status_code, answer["Location"]) == (302, reverse("account_profile"))


def test_a_letter_links_to_the_address_of_the_settings(letters):
    make_person()
    client = browser()
    data = {"name": "A", "email": "a@example.org", "password1": PASSWORD, "password2": PASSWORD}
    client.post(reverse("account_signup"), data, headers={"host": f"{HOST}:80"})
    assert [due.context["sign_in_url"] for due in letters] == [f"http://{HOST}{reverse('account_login')}"]


def test_a_session_older_than_the_factor_adds_no_factor_by_the_password():
    user, stolen = make_person(), browser(CHROME)
    sign_in(stolen, user)
    assert stolen.get(reverse("mfa_add_webauthn")).status_code == 200
    TOTP.activate(user, SECRET)
    answer = stolen.get(reverse("mfa_add_webauthn"))
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, reverse("mfa_reauthenticate"))
