"""Apps, middleware, templates, languages."""

from __future__ import annotations

from pathlib import Path

from kopir.config.env import read

PACKAGE = Path(__file__).resolve().parents[2]
VAR = Path(read("KOPIR_FOLDER", "var/portal")).absolute()

SECRET_KEY = read("KOPIR_SECRET_KEY", "not-a-secret-" * 5)
DEBUG = read("KOPIR_DEBUG", "no") == "yes"
ALLOWED_HOSTS = read("KOPIR_HOSTS", "localhost,127.0.0.1,[::1],.localhost").split(",")
KOPIR_COUNTRY = read("KOPIR_COUNTRY", "kz")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_tasks",
    "django_tasks_db",
    "kopir.base",
    "kopir.design",
    "kopir.audit",
    "kopir.bodies",
    "kopir.accounts",
    "kopir.notices",
    "kopir.config",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
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
ROOT_URLCONF = "kopir.config.urls"
WSGI_APPLICATION = "kopir.config.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": VAR / "portal.sqlite3",
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20},
    }
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("kk", "Қазақша"), ("tg", "Тоҷикӣ"), ("uz", "Oʻzbekcha"), ("ru", "Русский"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR / "media"
