"""Apps, middleware, templates, languages."""

from __future__ import annotations

from pathlib import Path

from kopir.bodies.pack import PackError, read_country
from kopir.config.env import SettingsError, get_environment
from kopir.config.settings.wagtail import WAGTAIL_APPS

_env = get_environment()
try:
    _country = read_country(_env.country)
except PackError as _error:
    raise SettingsError(f"KOPIR_COUNTRY: {_error}") from None
_PACKAGE = Path(__file__).resolve().parents[2]

DEBUG = _env.development
KOPIR_COUNTRY = _env.country
KOPIR_ADDRESS = _env.address
KOPIR_FOLDER = _env.folder
KOPIR_METRICS_TOKEN = _env.metrics_token
KOPIR_SECURITY_CONTACT = _env.security_contact
KOPIR_SECURITY_EXPIRES = _env.security_expires
KOPIR_MAIL_URL = _env.mail_url
DEFAULT_FROM_EMAIL = _env.mail_from

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "kopir.base",
    "kopir.design",
    "kopir.audit",
    "kopir.search",
    "kopir.pagecache",
    "kopir.bodies",
    "kopir.accounts",
    "kopir.notices",
    "kopir.banners",
    "kopir.websites",
    "kopir.duties",
    "kopir.importing",
    "kopir.inquiries",
    "kopir.statements",
    "kopir.upgrading",
    "kopir.visits",
    "kopir.config",
    # Behind ours, whose templates stand in for theirs.
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.idp.oidc",
    *WAGTAIL_APPS,
]
# From the outside inward. Each one says in its module why it stands where it does.
MIDDLEWARE = [
    "kopir.config.proxies.TrustedProxies",
    "kopir.config.watching.Watching",
    "kopir.pagecache.middleware.Keeping",
    "kopir.config.site_hosts.SiteHost",
    "django.middleware.security.SecurityMiddleware",
    # Django masks its form tokens anew for each answer and pads what it compresses, so that lengths tell nothing.
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "kopir.config.scripts.ScriptVariant",
    "kopir.config.language_addresses.LanguageOfAddress",
    "kopir.importing.middleware.OldAddresses",
    "kopir.config.hosts.PortalHost",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kopir.accounts.middleware.AccessMiddleware",
    "kopir.config.watching.Failures",
    "kopir.pagecache.middleware.Recorder",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kopir.config.context.portal",
            ]
        },
    }
]
FORM_RENDERER = "kopir.design.renderer.DesignRenderer"
ROOT_URLCONF = "kopir.config.urls"
WSGI_APPLICATION = "kopir.config.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
USE_TZ = True
TIME_ZONE = _country.zone.key  # for what pages show; kept is UTC
USE_I18N = True
LANGUAGES = [(language.code, language.name) for language in _country.languages]
LANGUAGE_CODE = LANGUAGES[0][0]
LOCALE_PATHS = [_PACKAGE / "locale", _PACKAGE / "websites" / "wagtail_locale"]
FORMAT_MODULE_PATH = ["kopir.config.formats"]
