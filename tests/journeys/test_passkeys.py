"""A passkey from its making to the next sign-in, in a real browser whose authenticator is a virtual one."""

from __future__ import annotations

import pytest
from django.urls import reverse

from kopir.accounts.models import User
from people import PASSWORD, make_person

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def person(visitor) -> User:
    return make_person("passkey@example.org", factor=False)


def add_authenticator(tab):
    """Put a virtual key into the browser behind this tab; the session that holds it, and its id."""
    session = tab.context.new_cdp_session(tab)
    session.send("WebAuthn.enable")
    return session, session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})["authenticatorId"]


def make_passkey(visitor, person):
    """Sign in with the password and add a passkey; the tab with the key in it, signed out."""
    tab = visitor.open(reverse("account_login"))
    session, key = add_authenticator(tab)
    tab.locator('main [name="login"]').fill(person.email)
    tab.locator('main [name="password"]').fill(PASSWORD)
    tab.locator("main form button[type=submit]").first.click()
    tab.wait_for_url("**/account/")
    tab.goto(visitor.address(reverse("mfa_add_webauthn")))
    if (password := tab.locator('main [name="password"]')).count():
        password.fill(PASSWORD)
        tab.locator("main form button[type=submit]").first.click()
    tab.locator('main [name="name"]').fill("Laptop")
    tab.locator('main [name="passwordless"]').check()
    tab.locator("main form[data-passkey=create] button[type=submit]").click()
    tab.wait_for_url(lambda address: "add" not in address)
    assert len(session.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]) == 1
    visitor.context().clear_cookies()
    return tab, session, key


def test_a_passkey_is_made_and_signs_in(visitor, person):
    tab, _session, _key = make_passkey(visitor, person)
    tab.goto(visitor.address(reverse("account_login")))
    tab.locator("main form[data-passkey=get] button[type=submit]").click()
    tab.wait_for_url("**/account/")
    tab.goto(visitor.address(reverse("account_profile")))
    assert person.email in tab.locator("main").inner_text()


def test_a_key_that_is_not_at_hand_is_told_and_signs_nobody_in(visitor, person):
    tab, session, key = make_passkey(visitor, person)
    session.send("WebAuthn.clearCredentials", {"authenticatorId": key})
    tab.goto(visitor.address(reverse("account_login")))
    tab.locator("main form[data-passkey=get] button[type=submit]").click()
    tab.locator("main [data-passkey-error]").last.wait_for(state="visible")
    tab.goto(visitor.address(reverse("account_profile")))
    assert tab.url.startswith(visitor.address(reverse("account_login")))
