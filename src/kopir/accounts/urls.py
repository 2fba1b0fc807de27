"""The addresses of the room. Of allauth's own list only what stands in this table answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkey
from django.urls import URLPattern, URLResolver, path

from kopir.accounts.views import abroad, entrance, own, people
from kopir.base.access import SIGNED_IN, Decision, decide

ENTRANCE: Final = Decision("everyone")
"""Open to all, on the portal's own host alone."""

_LIBRARY: Final[list[tuple[str, Callable[..., Any], str, Decision]]] = [
    ("account/sign-in/", account.login, "account_login", ENTRANCE),
    ("account/sign-in/passkey/", entrance.sign_in_by_passkey, "mfa_login_webauthn", ENTRANCE),
    ("account/sign-in/factor/", factor.authenticate, "mfa_authenticate", ENTRANCE),
    ("account/sign-out/", account.logout, "account_logout", ENTRANCE),
    ("account/sign-up/", account.signup, "account_signup", ENTRANCE),
    ("account/closed/", account.account_inactive, "account_inactive", ENTRANCE),
    ("account/confirm-email/", entrance.confirm_email, "account_email_verification_sent", ENTRANCE),
    ("account/password/", entrance.ChangePassword.as_view(), "account_change_password", SIGNED_IN),
    ("account/password/reset/", account.password_reset, "account_reset_password", ENTRANCE),
    (
        "account/password/reset/code/",
        account.confirm_password_reset_code,
        "account_confirm_password_reset_code",
        ENTRANCE,
    ),
    ("account/password/reset/new/", account.complete_password_reset, "account_complete_password_reset", ENTRANCE),
    (
        "account/password/reset/done/",
        account.password_reset_from_key_done,
        "account_password_reset_completed",
        ENTRANCE,
    ),
    ("account/again/password/", account.reauthenticate, "account_reauthenticate", SIGNED_IN),
    ("account/again/factor/", factor.reauthenticate, "mfa_reauthenticate", SIGNED_IN),
    ("account/again/passkey/", passkey.reauthenticate_webauthn, "mfa_reauthenticate_webauthn", SIGNED_IN),
    ("account/factors/", factor.index, "mfa_index", SIGNED_IN),
    ("account/factors/app/add/", app.activate_totp, "mfa_activate_totp", SIGNED_IN),
    ("account/factors/app/remove/", app.deactivate_totp, "mfa_deactivate_totp", SIGNED_IN),
    ("account/factors/codes/", recovery.view_recovery_codes, "mfa_view_recovery_codes", SIGNED_IN),
    ("account/factors/codes/new/", recovery.generate_recovery_codes, "mfa_generate_recovery_codes", SIGNED_IN),
    ("account/factors/passkeys/", passkey.list_webauthn, "mfa_list_webauthn", SIGNED_IN),
    ("account/factors/passkeys/add/", entrance.AddPasskey.as_view(), "mfa_add_webauthn", SIGNED_IN),
    ("account/factors/passkeys/<int:pk>/", passkey.edit_webauthn, "mfa_edit_webauthn", SIGNED_IN),
    ("account/factors/passkeys/<int:pk>/remove/", entrance.RemovePasskey.as_view(), "mfa_remove_webauthn", SIGNED_IN),
    ("account/again/", entrance.fresh, "account_fresh", SIGNED_IN),
    ("account/again/sign-in/", entrance.login_again, "account_login_again", SIGNED_IN),
    ("account/factors/needed/", entrance.factor_needed, "account_factor_needed", SIGNED_IN),
    ("account/providers/", abroad.providers, "account_providers", ENTRANCE),
    ("account/providers/<slug:slug>/", abroad.ask, "account_provider", ENTRANCE),
    ("account/invitation/", own.invitation, "account_invitation", ENTRANCE),
    ("account/invitation/<str:token>/", own.open_invitation, "account_open_invitation", ENTRANCE),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *(path(route, decide(view, decision), name=name) for route, view, name, decision in _LIBRARY),
    path("account/", own.profile, name="account_profile"),
    path("account/identifier/", own.identifier, name="account_identifier"),
    path("account/identifier/<int:pk>/remove/", own.remove_identifier, name="account_remove_identifier"),
    path("account/reset/stop/", own.withdraw_reset, name="account_withdraw_reset"),
    path("account/sessions/", own.sessions, name="account_sessions"),
    path("account/sessions/end/", own.end_session, name="account_end_session"),
    path("manage/people/", people.people, name="people"),
    path("manage/people/invite/", people.invite, name="invite"),
    path("manage/people/invitations/", people.invitations, name="invitations"),
    path("manage/people/invitations/<int:pk>/withdraw/", people.withdraw_invitation, name="withdraw_invitation"),
    path("manage/people/roles/<int:pk>/end/", people.end_role, name="end_role"),
    path("manage/people/resets/<int:pk>/", people.confirm_reset, name="confirm_reset"),
    path("manage/people/<uuid:user_id>/", people.person, name="person"),
    path("manage/people/<uuid:user_id>/roles/", people.grant, name="grant_role"),
    path("manage/people/<uuid:user_id>/sessions/end/", people.end_sessions, name="end_sessions"),
    path("manage/people/<uuid:user_id>/account/", people.set_account, name="set_account"),
    path("manage/people/<uuid:user_id>/reset/", people.request_reset, name="request_reset"),
]
