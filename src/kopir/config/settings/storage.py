"""Where data lies: database, uploads, static files, mail that nobody has given a server for."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from kopir.config.env import Environment, get_environment

__all__ = [
    "DATABASES",
    "DEFAULT_AUTO_FIELD",
    "MEDIA_ROOT",
    "MEDIA_URL",
    "STATIC_ROOT",
    "STATIC_URL",
    "STORAGES",
    "TASKS",
    "WHITENOISE_USE_FINDERS",
]

# Readers see the last commit while one writer writes; a writer waits for its turn at BEGIN, never in the middle.
# `synchronous=FULL`: what is answered for is on disk. The page cache is 16 MiB for each connection.
_SQLITE = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16384; PRAGMA temp_store=MEMORY;"
_BUSY_S = 20
_KEEP_CONNECTION_S = 600


def _database(env: Environment) -> dict[str, Any]:
    if not env.database_url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(env.folder / "portal.sqlite3"),
            "CONN_MAX_AGE": _KEEP_CONNECTION_S,
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": _BUSY_S, "init_command": _SQLITE},
        }
    url = urlsplit(env.database_url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path[1:]),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": unquote(url.hostname or ""),
        "PORT": url.port or "",
        "CONN_MAX_AGE": _KEEP_CONNECTION_S,
        "CONN_HEALTH_CHECKS": True,
    }


_env = get_environment()

DATABASES = {"default": _database(_env)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

STATIC_URL = "/static/"
STATIC_ROOT = _env.folder / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = _env.folder / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if _env.development
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# A developer's portal serves static files as they lie in the rooms; any other those that `collectstatic` gathered.
WHITENOISE_USE_FINDERS = _env.development
