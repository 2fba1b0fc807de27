"""Forms in our words: labels, helps and sentences for every field, and no placeholder of the library."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.core import context
from django.conf import settings
from django.utils.module_loading import import_string

from kopir.accounts import forms
from kopir.base.actors import Actor, Role
from people import browser, make_person

pytestmark = pytest.mark.django_db


def test_every_form_of_the_library_that_is_shown_is_ours():
    named = {**settings.ACCOUNT_FORMS, **settings.MFA_FORMS}
    assert all(import_string(path).__module__ == "kopir.accounts.forms" for path in named.values())


def test_no_placeholder_of_the_library_is_left():
    request = browser().get("/en/account/sign-in/").wsgi_request
    with context.request_context(request):
        made: list[Any] = [
            forms.SignInForm(request=request),
            forms.SignUpForm(),
            forms.ChangePasswordForm(user=make_person()),
            forms.ResetPasswordForm(),
            forms.ReauthenticateForm(user=None),
        ]
    for form in made:
        for name, field in form.fields.items():
            assert "placeholder" not in field.widget.attrs, f"{type(form).__name__}.{name}"


def test_a_manager_is_offered_what_they_may_give_and_nothing_else(bodies):
    actor = Actor("person", "1", grants=frozenset({(Role.SITE_ADMINISTRATOR, bodies[0].pk)}))
    form: Any = forms.GrantForm(actor=actor)
    assert {value for value, _ in form.fields["role"].choices} == {"editor", "publisher"}
    assert list(form.fields["body"].queryset) == [bodies[0]]


def test_a_role_for_the_platform_takes_no_body_and_the_other_way_round(bodies):
    actor = Actor("person", "1", grants=frozenset({(Role.PLATFORM_OPERATOR, None)}))
    assert forms.GrantForm({"role": "auditor", "body": ""}, actor=actor).is_valid()
    with_body = forms.GrantForm({"role": "platform_operator", "body": bodies[0].pk}, actor=actor)
    assert "Choose no body" in str(with_body.errors["body"])
    without = forms.GrantForm({"role": "editor", "body": ""}, actor=actor)
    assert "Choose the body" in str(without.errors["body"])


def test_a_name_in_the_password_is_refused():
    form = forms.AcceptForm(
        {"name": "Firuza Rahimzoda", "password1": "firuza rahimzoda", "password2": "firuza rahimzoda"},
        email="a@example.org",
    )
    assert "password1" in form.errors
