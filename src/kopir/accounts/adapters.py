"""What allauth asks of this house: its words, its letters, its time and its record. The flows themselves are allauth's.

Every sentence of allauth that a person can meet is replaced here or in `forms`, since our languages are more than its.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from kopir.accounts import actions, presence, queries, rules
from kopir.accounts.events import LetterDue
from kopir.accounts.models import User
from kopir.audit.actions import record
from kopir.base import clock, sealing
from kopir.base.events import emit

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SEEDS: Final = "accounts.factor"
_WRONG_PAIR: Final = _("The e-mail address or the password is wrong. Check both and write them again.")
_WRONG_CODE: Final = _("The code is wrong or too old. Write the newest code that you were given.")
_TOO_MANY: Final = _("Too many wrong attempts. Wait 15 minutes, then try again, or reset your password.")
ERRORS: Final[Mapping[str, StrOrPromise]] = {
    "account_inactive": _("This account is closed. Ask a platform operator to open it."),
    "email_password_mismatch": _WRONG_PAIR,
    "username_password_mismatch": _WRONG_PAIR,
    "invalid_login": _WRONG_PAIR,
    "email_taken": _("This address cannot be used. Write another one."),
    "enter_current_password": _("This is not your present password. Write it again."),
    "incorrect_code": _WRONG_CODE,
    "incorrect_password": _("The password is wrong. Write it again."),
    "too_many_login_attempts": _TOO_MANY,
    "rate_limited": _TOO_MANY,
    "same_as_current": _("This is the same as before. Write another one."),
    "cannot_delete_authenticator": _("Your role needs a second factor. Add another one first, then remove this one."),
    "cannot_generate_recovery_codes": _("Set up a code app or a passkey first. Then recovery codes can be made."),
    "unverified_email": _("Confirm your e-mail address first: we have sent a code to it."),
    "add_email_blocked": _("The address cannot be changed here. Ask a platform operator."),
}
NOTES: Final[Mapping[str, StrOrPromise]] = {
    "account/messages/logged_out.txt": _("You have signed out."),
    "account/messages/password_changed.txt": _("Your password is changed. You were signed out everywhere else."),
    "account/messages/email_confirmed.txt": _("Your e-mail address is confirmed."),
    "account/messages/email_confirmation_sent.txt": _("We have sent a code to your e-mail address."),
    "mfa/messages/totp_activated.txt": _("Your code app is set up."),
    "mfa/messages/totp_deactivated.txt": _("Your code app is removed."),
    "mfa/messages/webauthn_added.txt": _("Your passkey is added."),
    "mfa/messages/webauthn_removed.txt": _("Your passkey is removed."),
    "mfa/messages/recovery_codes_generated.txt": _("Your recovery codes are made. Keep them where only you find them."),
}
"""What is said after a step; allauth's other remarks are left out."""


LETTER_NAMES: Final = {
    "account/email/email_confirmation": "accounts.confirm_email",
    "account/email/email_confirmation_signup": "accounts.confirm_email",
    "account/email/password_reset_code": "accounts.reset_password",
    "account/email/account_already_exists": "accounts.account_exists",
    "account/email/unknown_account": "accounts.unknown_account",
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Sign-in, sign-up and passwords."""

    error_messages = dict(ERRORS)

    def validation_error(self, code: str, *args: object) -> ValidationError:
        return ValidationError(ERRORS.get(code, _WRONG_PAIR), code=code)

    def get_client_ip(self, request: HttpRequest) -> str:
        return presence.address_of(request) or "0.0.0.0"  # noqa: S104 - a socket in the file system has no address

    def is_safe_url(self, url: str) -> bool:
        """Only this host: the other ones that we answer on, as localhost, may be somebody else's in the browser."""
        request = context.request
        return url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_profile")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_login")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_profile")

    def is_reauthentication_required(self, *, app: str, **kwargs: object) -> bool:
        """Who has a factor is fresh by it alone, also in a session that is older than the factor."""
        here = presence.find_presence(context.request)
        by_factor = here.user is not None and queries.has_factor(here.user)
        return not here.proof.is_fresh(clock.now(), rules.FRESH, by_factor=by_factor)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - as allauth has it
        """Who has a factor shows the factor: a password alone refreshes nothing then.

        The library asks twice for a page, with a query for each kind of factor; so the answer stays with the user.
        """
        if hasattr(user, _METHODS):
            return list(getattr(user, _METHODS))
        found: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        factors = [method for method in found if method["id"] != "reauthenticate"]
        for method in found:
            method["description"] = METHODS[method["id"]]
        setattr(user, _METHODS, factors or found)
        return factors or found

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:  # noqa: FBT001, FBT002 - as allauth has it
        """Keep a new person, who signs up; the slow hash is made before the transaction."""
        data = form.cleaned_data
        user.email, user.name, user.language = data["email"].lower(), data["name"], get_language() or ""
        user.set_password(data["password1"])
        with transaction.atomic():
            user.save()
            record(
                actor=presence.find_presence(request).actor,
                action="accounts.sign_up",
                subject=f"accounts.user:{user.pk}",
                person=str(user.pk),
                personal_after={"email": user.email, "name": user.name},
                now=clock.now(),
            )
        return user

    def set_password(self, user: User, password: str) -> None:
        """Change or reset a password: the person is signed out everywhere but here."""
        user.set_password(password)
        actions.keep_password(user=user, actor=_actor(), spared=_own_session(user), now=clock.now())

    def confirm_email(self, request: HttpRequest, email_address: Any) -> bool:  # noqa: ANN401 - as allauth has it
        with transaction.atomic():
            done: bool = super().confirm_email(request, email_address)
            if done:
                record(
                    actor=_actor(),
                    action="accounts.confirm_email",
                    subject=f"accounts.user:{email_address.user_id}",
                    now=clock.now(),
                )
        return done

    def send_mail(self, template_prefix: str, email: str, context: Mapping[str, Any]) -> None:
        """Tell that a letter is due, by the name that it has here. Raises KeyError for one that has none."""
        name = LETTER_NAMES[template_prefix]
        with transaction.atomic():
            # The same row whether the address has an account or not; it says nothing about the address.
            record(
                actor=_actor(),
                action="accounts.ask_letter",
                subject=f"accounts.letter:{name.partition('.')[2]}",
                now=clock.now(),
            )
            emit(LetterDue(name, get_language() or "", self._fields_of(name, context), address=email))

    def _fields_of(self, name: str, context: Mapping[str, Any]) -> dict[str, str]:
        pages = {
            "accounts.account_exists": {"sign_in_url": "account_login", "reset_url": "account_reset_password"},
            "accounts.unknown_account": {"sign_up_url": "account_signup"},
        }
        if name not in pages:
            return {"code": str(context["code"])}
        # By the settings, not by the request: whoever asks for a letter to somebody chooses the port of the latter.
        return {field: settings.KOPIR_ADDRESS + reverse(page) for field, page in pages[name].items()}

    def send_notification_mail(self, *args: object, **kwargs: object) -> None:
        """Nothing: the actions and receivers of this room tell what has changed, also without allauth."""

    def add_message(  # noqa: PLR0917 - as allauth has it
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        text = message or NOTES.get(message_template or "")
        if text:
            messages.add_message(request, level, str(text), extra_tags=extra_tags)


_METHODS: Final = "_kopir_methods"
METHODS: Final[Mapping[str, StrOrPromise]] = {
    "reauthenticate": _("Use your password"),
    "mfa_reauthenticate": _("Use a code from your app, or a recovery code"),
    "mfa_reauthenticate:webauthn": _("Use your passkey"),
}


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Second factors: their secrets are sealed, and staff cannot be left without any."""

    error_messages = dict(ERRORS)

    def validation_error(self, code: str, *args: object) -> ValidationError:
        return ValidationError(ERRORS.get(code, _WRONG_CODE), code=code)

    def encrypt(self, text: str) -> str:
        return sealing.seal(text, SEEDS)

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal(encrypted_text, SEEDS)

    def build_totp_svg(self, url: str) -> str:
        """The picture for the phone, to stand within the page: no data address, which our policy refuses."""
        svg: str = super().build_totp_svg(url)
        return svg[svg.index("<svg") :]

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        others = Authenticator.objects.filter(user=authenticator.user).exclude(pk=authenticator.pk)
        is_last = not others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
        return not (is_last and presence.list_grants(authenticator.user))

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002 - as allauth has it
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return gettext("Passkey %(number)s") % {"number": number}


def _actor() -> Any:  # noqa: ANN401 - an Actor
    return presence.find_presence(context.request).actor


def _own_session(user: User) -> str:
    """The session in which the person is changing the password; none while a forgotten one is reset."""
    here = presence.find_presence(context.request)
    return here.session if here.user is not None and here.user.pk == user.pk else ""
