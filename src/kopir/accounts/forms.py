"""Forms about people. Those of allauth keep their checks and get our words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from allauth.account import forms as account_forms
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from cryptography.exceptions import InvalidSignature
from django import forms
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.http import HttpResponse
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

from kopir.accounts import queries, rules
from kopir.accounts.models import LIMIT_NAME, ROLE_NAMES, User
from kopir.base.actors import Actor, Role
from kopir.bodies.models import Body

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    _Form = forms.Form  # what the classes below are mixed into
else:
    _Form = object
MALFORMED = (KeyError, TypeError, ValueError, AttributeError, IndexError, InvalidSignature)
_EMAIL = _("E-mail address")
_REQUIRED: dict[str, StrOrPromise] = {
    "email": _("Write your e-mail address, such as name@example.org."),
    "login": _("Write your e-mail address, such as name@example.org."),
    "name": _("Write your name as it stands in your documents."),
    "password": _("Write your password."),
    "oldpassword": _("Write your present password."),
    "password1": _("Write a new password."),
    "password2": _("Write the new password a second time."),
    "code": _("Write the code."),
}
_HELP_PASSWORD: Callable[[], Any] = lazy(lambda: " ".join(str(text) for text in password_validators_help_texts()), str)


def _word(form: forms.Form, labels: dict[str, StrOrPromise], helps: dict[str, StrOrPromise] | None = None) -> None:
    """Give the fields of a form our labels, helps and sentences, and take away allauth's placeholders."""
    for name, bound in form.fields.items():
        bound.widget.attrs.pop("placeholder", None)
        bound.help_text = (helps or {}).get(name, "")
        if name in labels:
            bound.label = labels[name]
        if name in _REQUIRED:
            bound.error_messages["required"] = _REQUIRED[name]
        if isinstance(bound, forms.EmailField):
            message = _("This is not an e-mail address. Write it as name@example.org.")
            bound.error_messages["invalid"] = message
            for check in bound.validators:
                check.message = message  # type: ignore[attr-defined]  # an e-mail field has validators with words


_PASSWORDS: dict[str, StrOrPromise] = {
    "oldpassword": _("Present password"),
    "password1": _("New password"),
    "password2": _("New password again"),
}
_MISMATCH = _("The two passwords differ. Write the same password twice.")


class SamePasswords(_Form):
    """Says in our words that two passwords differ."""

    def add_error(self, field: str | None, error: Any) -> None:  # noqa: ANN401 - as Django has it
        super().add_error(field, _MISMATCH if field == "password2" and isinstance(error, str | Promise) else error)


class SignInForm(account_forms.LoginForm):  # type: ignore[misc]  # allauth ships no types
    """E-mail address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as allauth has it
        super().__init__(*args, **kwargs)
        _word(self, {"login": _EMAIL, "password": _("Password")})


class SignUpForm(SamePasswords, account_forms.SignupForm):  # type: ignore[misc]  # allauth ships no types
    """A citizen makes an account: name, address, password."""

    name = forms.CharField(
        max_length=LIMIT_NAME, label=_("Name"), widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    field_order = ("name", "email", "password1", "password2")

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as allauth has it
        super().__init__(*args, **kwargs)
        labels: dict[str, StrOrPromise] = {"name": _("Name"), "email": _EMAIL, "password1": _("Password")}
        helps: dict[str, StrOrPromise] = {
            "name": _("As it stands in your documents."),
            "email": _("We send a code to it."),
            "password1": _HELP_PASSWORD(),
        }
        _word(self, labels | {"password2": _("Password again")}, helps)

    def try_save(self, request: Any) -> tuple[Any, HttpResponse | None]:  # noqa: ANN401 - as allauth has it
        """Take as long for an address that has an account as for one that has none."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        found: tuple[Any, HttpResponse | None] = super().try_save(request)
        return found


class ChangePasswordForm(SamePasswords, account_forms.ChangePasswordForm):  # type: ignore[misc]  # allauth ships no types
    """The present password and a new one, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as allauth has it
        super().__init__(*args, **kwargs)
        _word(self, _PASSWORDS, {"password1": _HELP_PASSWORD()})


class ResetPasswordForm(account_forms.ResetPasswordForm):  # type: ignore[misc]  # allauth ships no types
    """The address whose password is forgotten."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as allauth has it
        super().__init__(*args, **kwargs)
        _word(self, {"email": _EMAIL})


class NewPasswordForm(SamePasswords, account_forms.ResetPasswordKeyForm):  # type: ignore[misc]  # allauth ships no types
    """A new password after a code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as allauth has it
        super().__init__(*args, **kwargs)
        _word(self, _PASSWORDS, {"password1": _HELP_PASSWORD()})


class ReauthenticateForm(account_forms.ReauthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """The password once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as allauth has it
        super().__init__(*args, **kwargs)
        _word(self, {"password": _("Password")})


class ConfirmEmailForm(account_forms.ConfirmEmailVerificationCodeForm):  # type: ignore[misc]  # allauth ships no types
    """The code that went to a new address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as allauth has it
        super().__init__(*args, **kwargs)
        _word(self, {"code": _("Code from the e-mail")})


class ConfirmResetForm(account_forms.ConfirmPasswordResetCodeForm):  # type: ignore[misc]  # allauth ships no types
    """The code that went to the address whose password is forgotten."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as allauth has it
        super().__init__(*args, **kwargs)
        _word(self, {"code": _("Code from the e-mail")})


_FACTOR_CODE: dict[str, StrOrPromise] = {"code": _("Code from your app, or a recovery code")}


class FactorForm(mfa_forms.AuthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """The second factor at sign-in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as allauth has it
        super().__init__(*args, **kwargs)
        _word(self, _FACTOR_CODE)


class FreshFactorForm(mfa_forms.ReauthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """The second factor once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as allauth has it
        super().__init__(*args, **kwargs)
        _word(self, _FACTOR_CODE)


class ActivateAppForm(totp_forms.ActivateTOTPForm):  # type: ignore[misc]  # allauth ships no types
    """The first code of an app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as allauth has it
        super().__init__(*args, **kwargs)
        _word(self, {"code": _("Code that the app shows now")})


class Guarded(_Form):
    """Takes whatever a browser may send as its passkey's answer: what cannot be read, or does not verify, is wrong."""

    def clean_credential(self) -> Any:  # noqa: ANN401 - as allauth has it
        try:
            found = getattr(super(), "clean_credential", lambda: self.cleaned_data["credential"])()
        except MALFORMED as error:
            raise get_adapter().validation_error("incorrect_code") from error
        return found

    def clean(self) -> Any:  # noqa: ANN401 - as Django has it
        try:
            return super().clean()
        except MALFORMED as error:
            raise get_adapter().validation_error("incorrect_code") from error


class PasskeySignInForm(Guarded, webauthn_forms.LoginWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """A passkey alone."""


class PasskeyFactorForm(Guarded, webauthn_forms.AuthenticateWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """A passkey after the password."""


class FreshPasskeyForm(Guarded, webauthn_forms.ReauthenticateWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """A passkey once more."""


class AddPasskeyForm(Guarded, webauthn_forms.AddWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """A new passkey; it opens by itself, so it asks its owner for a finger, a face or a PIN."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as allauth has it
        super().__init__(*args, **kwargs)
        labels: dict[str, StrOrPromise] = {
            "name": _("Name of the passkey"),
            "passwordless": _("Let me sign in with this passkey alone"),
        }
        _word(self, labels, {"name": _("So that you know it again, such as “Work laptop”.")})


class EditPasskeyForm(webauthn_forms.EditWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as allauth has it
        super().__init__(*args, **kwargs)
        _word(self, {"name": _("Name of the passkey")})


class ProfileForm(forms.Form):
    """How a person is called and written to."""

    name = forms.CharField(
        max_length=LIMIT_NAME,
        label=_("Name"),
        error_messages={"required": _REQUIRED["name"]},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(label=_("Language of letters"))

    def __init__(self, *args: Any, languages: list[tuple[str, str]], **kwargs: Any) -> None:  # noqa: ANN401 - as Django has it
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = languages  # type: ignore[attr-defined]


class IdentifierForm(forms.Form):
    """A number that a person states."""

    scheme = forms.ChoiceField(label=_("Kind of number"))
    value = forms.CharField(
        max_length=40,
        label=_("Number"),
        error_messages={"required": _("Write the number.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, schemes: list[tuple[str, str]], **kwargs: Any) -> None:  # noqa: ANN401 - as Django has it
        super().__init__(*args, **kwargs)
        self.fields["scheme"].choices = schemes  # type: ignore[attr-defined]


class AcceptForm(forms.Form):
    """Who takes an invitation makes an account: name and password."""

    name = forms.CharField(
        max_length=LIMIT_NAME,
        label=_("Name"),
        help_text=_("As it stands in your documents."),
        error_messages={"required": _REQUIRED["name"]},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password1 = forms.CharField(
        strip=False,
        label=_("Password"),
        error_messages={"required": _REQUIRED["password1"]},
        help_text=_HELP_PASSWORD(),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        strip=False,
        label=_("Password again"),
        error_messages={"required": _REQUIRED["password2"]},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:  # noqa: ANN401 - as Django has it
        super().__init__(*args, **kwargs)
        self._email = email

    def clean_password1(self) -> str:
        password: str = self.cleaned_data["password1"]
        validate_password(password, User(email=self._email, name=self.cleaned_data.get("name", "")))
        return password

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error("password2", _MISMATCH)
        return cleaned


class GrantForm(forms.Form):
    """A role and the body it is for; what the actor may not give is not offered, and refused when sent anyway."""

    role = forms.ChoiceField(label=_("Role"), error_messages={"required": _("Choose a role.")})
    body = forms.ModelChoiceField(
        queryset=Body.objects.none(),
        required=False,
        label=_("Body"),
        empty_label=_("The whole platform"),
        error_messages={"invalid_choice": _("Choose a body from the list.")},
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:  # noqa: ANN401 - as Django has it
        super().__init__(*args, **kwargs)
        everywhere = actor.has(Role.PLATFORM_OPERATOR)
        managed = queries.managed_bodies(actor)
        roles = [role for role in Role if everywhere or any(rules.may_give(actor, role, body) for body in managed)]
        self.fields["role"].choices = [(role.value, ROLE_NAMES[role]) for role in roles]  # type: ignore[attr-defined]
        bodies = Body.objects.all() if everywhere else Body.objects.filter(pk__in=managed)
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        role, body = cleaned.get("role"), cleaned.get("body")
        if role and "body" not in self.errors and not rules.fits(role, for_body=body is not None):
            sentence = _("This role is held for a body. Choose the body.")
            other = _("This role is held for the whole platform. Choose no body.")
            self.add_error("body", sentence if body is None else other)
        return cleaned


class InviteForm(GrantForm):
    """A role offered to an e-mail address, in the language of the letter."""

    email = forms.EmailField(
        label=_EMAIL,
        error_messages={
            "required": _("Write the e-mail address of the person."),
            "invalid": _("Write it as name@example.org."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=_("Language of the letter"))
    field_order = ("email", "role", "body", "language")

    def __init__(self, *args: Any, languages: list[tuple[str, str]], **kwargs: Any) -> None:  # noqa: ANN401 - as Django has it
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = languages  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why a lost factor is to be reset."""

    reason = forms.CharField(
        max_length=500,
        label=_("Reason"),
        help_text=_("How you made sure that it is this person. The second operator reads it."),
        error_messages={"required": _("Write how you made sure that it is this person.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
