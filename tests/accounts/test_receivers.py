"""What libraries tell becomes a row in the record; nothing of what was written at the keyboard goes to the log."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import signals

from kopir.accounts import receivers
from kopir.audit.models import Row
from people import browser, make_person, show_factor, sign_in

pytestmark = pytest.mark.django_db


def test_showing_a_factor_again_is_recorded():
    user, client = make_person(factor=True), browser()
    sign_in(client, user)
    show_factor(client, user)
    assert '"means":"factor"' in str(Row.objects.get(action="accounts.show_again").after).replace(" ", "")


def test_a_refused_password_stands_in_the_log_without_password_and_address(caplog):
    browser().post("/en/account/sign-in/", {"login": "someone@example.org", "password": "hunter22"})
    assert "sign-in refused" in caplog.text
    told = str([record.__dict__ for record in caplog.records if record.name == "kopir.accounts.receivers"])
    assert "hunter22" not in told
    assert "someone@example.org" not in told


def test_a_sign_out_of_nobody_is_nothing(rf):
    receivers.on_sign_out(request=rf.get("/"), user=None)
    signals.user_login_failed.send(sender=None, credentials={})
    assert not Row.objects.exists()


def test_a_step_that_proves_nothing_is_passed_over(rf):
    receivers.on_step(request=rf.get("/"), user=make_person(), method="password_reset")


def test_a_factor_that_was_only_used_leaves_no_row():
    user = make_person(factor=True)
    before = Row.objects.count()
    Authenticator.objects.get(user=user).record_usage()
    assert Row.objects.count() == before
