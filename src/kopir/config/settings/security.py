"""What protects people: hosts, cookies, headers, forms.

Browsers accept a cookie named `__Host-…` over TLS alone, so that no other host of the domain can set or read it. On a
developer's machine there is no TLS: there the cookies have plain names and no Secure, and HSTS is off.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from kopir.config.env import get_environment

__all__ = [
    "ALLOWED_HOSTS",
    "AUTH_PASSWORD_VALIDATORS",
    "CONTENT_SECURITY_POLICY",
    "CSRF_COOKIE_HTTPONLY",
    "CSRF_COOKIE_NAME",
    "CSRF_COOKIE_SAMESITE",
    "CSRF_COOKIE_SECURE",
    "CSRF_FAILURE_VIEW",
    "DATA_UPLOAD_MAX_MEMORY_SIZE",
    "DATA_UPLOAD_MAX_NUMBER_FIELDS",
    "FILE_UPLOAD_HANDLERS",
    "KOPIR_PERMISSIONS_POLICY",
    "KOPIR_PORTAL_HOST",
    "KOPIR_TRUSTED_PROXIES",
    "KOPIR_UPLOAD_LIMIT_BYTES",
    "KOPIR_UPLOAD_LIMIT_OF_EDITORS_BYTES",
    "LANGUAGE_COOKIE_HTTPONLY",
    "LANGUAGE_COOKIE_NAME",
    "LANGUAGE_COOKIE_SAMESITE",
    "LANGUAGE_COOKIE_SECURE",
    "PASSWORD_HASHERS",
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "SECURE_HSTS_INCLUDE_SUBDOMAINS",
    "SECURE_HSTS_SECONDS",
    "SECURE_PROXY_SSL_HEADER",
    "SECURE_REDIRECT_EXEMPT",
    "SECURE_REFERRER_POLICY",
    "SECURE_SSL_REDIRECT",
    "SESSION_COOKIE_AGE",
    "SESSION_COOKIE_HTTPONLY",
    "SESSION_COOKIE_NAME",
    "SESSION_COOKIE_SAMESITE",
    "SESSION_COOKIE_SECURE",
    "SILENCED_SYSTEM_CHECKS",
    "X_FRAME_OPTIONS",
]

_env = get_environment()
_address = urlsplit(_env.address)
_has_tls = _address.scheme == "https"
_host_prefix = "__Host-" if _has_tls else ""
_YEAR_S = 365 * 24 * 3600

SECRET_KEY = _env.secret_key
SECRET_KEY_FALLBACKS = list(_env.old_secret_keys)

# The portal's own host, bodies' hosts, and what a probe on this machine calls itself. Which of them may see what is
# said by the decision on each view: kopir.base.access.
KOPIR_PORTAL_HOST = _address.hostname or ""
_portal_host = f"[{KOPIR_PORTAL_HOST}]" if ":" in KOPIR_PORTAL_HOST else KOPIR_PORTAL_HOST
# "*" stands for the proven domains of websites, which only the database knows; config.site_hosts refuses the rest.
ALLOWED_HOSTS = [_portal_host, *_env.other_hosts, "localhost", "127.0.0.1", "[::1]", "*"]

# Believed of trusted proxies alone: kopir.config.proxies drops the header when anybody else sends it.
KOPIR_TRUSTED_PROXIES = _env.trusted_proxies
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = _has_tls
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]
SECURE_HSTS_SECONDS = _YEAR_S if _has_tls else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _has_tls
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Whether browsers should know the whole domain in advance is for whoever owns the domain to ask.
SILENCED_SYSTEM_CHECKS = ["security.W021"]

SESSION_COOKIE_NAME = f"{_host_prefix}kopir-session"
SESSION_COOKIE_SECURE = _has_tls
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"  # a citizen comes back from another node's sign-in by a link
SESSION_COOKIE_AGE = 24 * 3600  # the longest; staff has 12 hours: kopir.accounts.rules
CSRF_COOKIE_NAME = f"{_host_prefix}kopir-form"
CSRF_COOKIE_SECURE = _has_tls
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "kopir.config.pages.forged_form"
LANGUAGE_COOKIE_NAME = f"{_host_prefix}kopir-language"
LANGUAGE_COOKIE_SECURE = _has_tls
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"

# Nothing inline, nothing from elsewhere.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "media-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "upgrade-insecure-requests": _has_tls,
    }
}
KOPIR_PERMISSIONS_POLICY = (
    "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(self), "
    "geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), "
    "publickey-credentials-create=(self), publickey-credentials-get=(self), usb=()"
)

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
KOPIR_UPLOAD_LIMIT_BYTES = 4 * 2**20  # of a form with its files; a crest may have 256 KiB
KOPIR_UPLOAD_LIMIT_OF_EDITORS_BYTES = 51 * 2**20  # of a form under /edit/, sent by who may edit: a file may have 50 MiB
FILE_UPLOAD_HANDLERS = [
    "kopir.config.uploads.LimitedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
