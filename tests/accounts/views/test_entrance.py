"""The way in: password and factor, lock-out, no telling who has an account, a new password, sign-up."""

from __future__ import annotations

import re
from statistics import median
from time import perf_counter

import pytest
from django.urls import reverse

from kopir.accounts.models import Session, User
from kopir.audit.models import Row
from people import PASSWORD, browser, code_of, is_signed_in, make_person, sign_in

pytestmark = pytest.mark.django_db

WRONG = "The e-mail address or the password is wrong"
LOCKED = "Too many wrong attempts"


def try_password(client, email, password):
    answer = client.post(reverse("account_login"), {"login": email, "password": password})
    return answer.content.decode()


def test_a_citizen_signs_in_with_a_password():
    client, user = browser(), make_person()
    assert sign_in(client, user)["Location"] == reverse("account_profile")
    assert is_signed_in(client)
    assert Row.objects.filter(action="accounts.sign_in", actor_id=str(user.pk)).exists()


def test_with_a_factor_the_password_alone_opens_nothing():
    client, user = browser(), make_person(factor=True)
    answer = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert answer["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code_of(user)})
    assert is_signed_in(client)


def test_a_code_works_once():
    user = make_person(factor=True)
    code = code_of(user)
    for client, works in ((browser(), True), (browser(), False)):
        client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
        client.post(reverse("mfa_authenticate"), {"code": code})
        assert is_signed_in(client) is works


def test_a_wrong_code_says_so_and_is_recorded():
    client, user = browser(), make_person(factor=True)
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    answer = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "The code is wrong or too old" in answer.content.decode()
    assert Row.objects.filter(action="accounts.wrong_factor", subject=f"accounts.user:{user.pk}").exists()
    assert not is_signed_in(client)


def test_five_wrong_passwords_lock_the_account_even_for_the_right_one():
    user = make_person()
    for _ in range(5):
        assert WRONG in try_password(browser(), user.email, "wrong")
    assert LOCKED in try_password(browser(), user.email, PASSWORD)
    assert not Session.objects.exclude(user=None).exists()


def test_an_address_without_account_is_locked_in_the_same_words():
    for _ in range(5):
        assert WRONG in try_password(browser(), "nobody@example.org", "wrong")
    assert LOCKED in try_password(browser(), "nobody@example.org", "wrong")


def test_five_wrong_codes_lock_the_factor():
    user = make_person(factor=True)
    for _ in range(5):
        client = browser()
        client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    answer = client.post(reverse("mfa_authenticate"), {"code": code_of(user)})
    assert LOCKED in answer.content.decode()


def test_an_unknown_address_takes_as_long_as_a_known_one(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    settings.ACCOUNT_RATE_LIMITS = False
    make_person("known@example.org")

    def took(email):
        client, times = browser(), []
        for _ in range(7):
            start = perf_counter()
            try_password(client, email, "wrong")
            times.append(perf_counter() - start)
        return median(times)

    known, unknown = took("known@example.org"), took("unknown@example.org")
    assert 0.5 < known / unknown < 2


def test_a_forgotten_password_is_set_by_a_code_and_ends_all_sessions(letters):
    user, elsewhere, client = make_person(), browser(), browser()
    sign_in(elsewhere, user)
    client.post(reverse("account_reset_password"), {"email": user.email})
    code = letters[-1].context["code"]
    assert (letters[-1].template, letters[-1].address) == ("accounts.reset_password", user.email)
    client.post(reverse("account_confirm_password_reset_code"), {"code": code})
    new = "other words of no song"
    client.post(reverse("account_complete_password_reset"), {"password1": new, "password2": new})
    assert letters[-1].template == "accounts.password_changed"
    assert not is_signed_in(elsewhere)
    assert not is_signed_in(client), "a code signs nobody in"
    assert User.objects.get().check_password(new)
    assert Row.objects.filter(action="accounts.change_password").exists()


def test_asking_for_a_new_password_tells_nothing_about_the_address(letters):
    make_person("known@example.org")
    pages = []
    for email in ("known@example.org", "unknown@example.org"):
        client = browser()
        answer = client.post(reverse("account_reset_password"), {"email": email}, follow=True)
        pages.append(re.sub(r'value="[^"]{64}"', "", answer.content.decode()))
    assert pages[0] == pages[1]
    assert [letter.template for letter in letters] == ["accounts.reset_password", "accounts.unknown_account"]


def sign_up(client, email):
    words = "some words of a poem"
    data = {"email": email, "name": "Фирӯза", "password1": words, "password2": words}
    return client.post(reverse("account_signup"), data, follow=True)


def test_a_citizen_makes_an_account_and_confirms_the_address(letters):
    client = browser()
    answer = sign_up(client, "new@example.org")
    assert "Confirm your e-mail address" in answer.content.decode()
    assert not is_signed_in(client)
    assert letters[-1].template == "accounts.confirm_email"
    client.post(reverse("account_email_verification_sent"), {"code": letters[-1].context["code"]})
    assert is_signed_in(client)
    user = User.objects.get()
    assert (user.email, user.name, user.language) == ("new@example.org", "Фирӯза", "en")
    assert not user.is_staff
    assert list(Row.objects.order_by("pk").values_list("action", flat=True)) == [
        "accounts.sign_up",
        "accounts.ask_letter",
        "accounts.confirm_email",
        "accounts.sign_in",
    ]


def test_a_wrong_code_confirms_no_address(letters):
    client = browser()
    sign_up(client, "new@example.org")
    answer = client.post(reverse("account_email_verification_sent"), {"code": "WRONG"})
    assert "The code is wrong or too old" in answer.content.decode()
    assert not is_signed_in(client)


def test_signing_up_with_a_taken_address_looks_the_same_and_tells_its_owner(letters):
    make_person("taken@example.org")
    pages = [sign_up(browser(), email).content.decode() for email in ("new@example.org", "taken@example.org")]
    clean = [re.sub(r'value="[^"]{64}"', "", page) for page in pages]
    assert clean[0] == clean[1]
    assert letters[-1].template == "accounts.account_exists"
    assert letters[-1].address == "taken@example.org"
    assert User.objects.filter(email="taken@example.org").count() == 1


def test_signing_up_with_a_taken_address_hashes_a_password_all_the_same(monkeypatch):
    from kopir.accounts import forms

    make_person("taken@example.org")
    hashed = []
    monkeypatch.setattr(forms, "make_password", hashed.append)
    sign_up(browser(), "taken@example.org")
    assert len(hashed) == 1


@pytest.mark.parametrize(
    ("data", "field", "sentence"),
    [
        ({"email": "", "name": "A", "password1": "x", "password2": "x"}, "email", "Write your e-mail address"),
        ({"email": "a", "name": "A", "password1": "x", "password2": "x"}, "email", "This is not an e-mail address"),
        ({"email": "a@example.org", "name": ""}, "name", "Write your name as it stands"),
        ({"email": "a@example.org", "name": "A", "password1": "abc", "password2": "abc"}, "password1", "12"),
        (
            {"email": "a@example.org", "name": "A", "password1": "x y z u v w q", "password2": "x"},
            "password2",
            "differ",
        ),
    ],
)
def test_a_form_tells_the_field_the_reason_and_the_remedy(data, field, sentence):
    answer = browser().post(reverse("account_signup"), data)
    assert any(sentence in str(error) for error in answer.context["form"].errors[field])
    assert f'id="id_{field}-error"' in answer.content.decode() or sentence in answer.content.decode()


def test_a_changed_password_signs_out_everywhere_but_here(letters):
    user, elsewhere, client = make_person(), browser(), browser()
    sign_in(elsewhere, user)
    sign_in(client, user)
    new = "other words of no song"
    data = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    client.post(reverse("account_change_password"), data)
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)
    assert letters[-1].template == "accounts.password_changed"


def test_who_has_no_password_is_not_asked_to_change_it():
    user, client = make_person(), browser()
    sign_in(client, user)
    client.session.save()
    user.set_unusable_password()
    from kopir.accounts.views.entrance import ChangePassword

    request = client.get(reverse("account_profile")).wsgi_request
    request.user = user
    assert ChangePassword.as_view()(request)["Location"] == reverse("account_profile")


def test_signing_out_ends_the_session():
    user, client = make_person(), browser()
    sign_in(client, user)
    client.post(reverse("account_logout"))
    assert not is_signed_in(client)
    assert not Session.objects.filter(user=user).exists()
    assert Row.objects.filter(action="accounts.sign_out", actor_id=str(user.pk)).exists()


def test_a_get_does_not_sign_out():
    user, client = make_person(), browser()
    sign_in(client, user)
    client.get(reverse("account_logout"))
    assert is_signed_in(client)


def test_sign_in_leads_to_no_other_site():
    client, user = browser(), make_person()
    data = {"login": user.email, "password": PASSWORD, "next": "https://elsewhere.example/"}
    assert client.post(reverse("account_login"), data)["Location"] == reverse("account_profile")
    assert client.get(reverse("account_fresh"), {"next": "//elsewhere.example/"})["Location"] == reverse(
        "account_reauthenticate"
    )


def test_a_forged_form_signs_nobody_in():
    user = make_person()
    client = browser(enforce_csrf_checks=True)
    answer = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert answer.status_code == 403
    assert not is_signed_in(client)


def test_pages_that_begin_a_session_for_strangers_are_limited(settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "begin": "2/m/ip"}

    def ask():
        headers = {"x-requested-with": "XMLHttpRequest"}
        return browser().get(reverse("mfa_login_webauthn"), headers=headers)

    assert [ask().status_code for _ in range(3)] == [200, 200, 429]
    assert Session.objects.count() == 2
    assert "Wait a few minutes" in ask().content.decode()
