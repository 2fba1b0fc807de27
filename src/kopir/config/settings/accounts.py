"""Sign-in: how allauth works in this house. The pages that answer are chosen one by one in `kopir.accounts.urls`."""

from __future__ import annotations

from kopir.config.env import get_environment

_env = get_environment()

SESSION_ENGINE = "kopir.accounts.sessions"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "kopir.websites.rights.ActingBackend",  # signs nobody in; says who may open the administration of websites
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "account_profile"

ACCOUNT_ADAPTER = "kopir.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
# Whoever asks learns nothing about which addresses have an account.
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_USER_DISPLAY = str
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_RATE_LIMITS = {
    # Five wrong passwords or codes for one account, from wherever, and it rests for a quarter of an hour.
    "login_failed": "30/m/ip,5/15m/key",
    "login": "30/m/ip",
    "signup": "10/m/ip",
    "begin": "60/m/ip",  # ours: pages that begin a session for a stranger
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
    "reset_password": "10/m/ip,3/15m/key",
    "reset_password_from_key": "10/m/ip",
    "confirm_email": "1/10s/key",
}
ACCOUNT_FORMS = {
    "login": "kopir.accounts.forms.SignInForm",
    "signup": "kopir.accounts.forms.SignUpForm",
    "change_password": "kopir.accounts.forms.ChangePasswordForm",
    "reset_password": "kopir.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "kopir.accounts.forms.NewPasswordForm",
    "reauthenticate": "kopir.accounts.forms.ReauthenticateForm",
    "confirm_email_verification_code": "kopir.accounts.forms.ConfirmEmailForm",
    "confirm_password_reset_code": "kopir.accounts.forms.ConfirmResetForm",
}

MFA_ADAPTER = "kopir.accounts.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _env.address.startswith("http://")  # localhost alone: kopir.config.env sees to it
MFA_FORMS = {
    "authenticate": "kopir.accounts.forms.FactorForm",
    "reauthenticate": "kopir.accounts.forms.FreshFactorForm",
    "activate_totp": "kopir.accounts.forms.ActivateAppForm",
    "authenticate_webauthn": "kopir.accounts.forms.PasskeyFactorForm",
    "login_webauthn": "kopir.accounts.forms.PasskeySignInForm",
    "reauthenticate_webauthn": "kopir.accounts.forms.FreshPasskeyForm",
    "add_webauthn": "kopir.accounts.forms.AddPasskeyForm",
    "edit_webauthn": "kopir.accounts.forms.EditPasskeyForm",
}

# This node as provider of identity for other portals, and those whom it asks: kopir.accounts.oidc.
KOPIR_PORTALS = _env.folder / "portals"
KOPIR_IDENTITY_FILE = _env.folder / "identity.toml"
KOPIR_SIGN_IN_KEY_FILE = _env.folder / "keys" / "sign-in.key"
IDP_OIDC_ADAPTER = "kopir.accounts.oidc.serving.ServingAdapter"
IDP_OIDC_AUTH_METHODS = ["none"]
IDP_OIDC_AUTHORIZATION_CODE_EXPIRES_IN = 60
IDP_OIDC_ID_TOKEN_EXPIRES_IN = 300
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = 60

# Counters of wrong passwords, used codes and codes of authorization are shared by all processes, so they lie in the
# database. Old entries leave by their time; the number allowed is so high that nobody pushes a counter out.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_cache",
        "OPTIONS": {"MAX_ENTRIES": 300_000, "CULL_FREQUENCY": 20},
    }
}
