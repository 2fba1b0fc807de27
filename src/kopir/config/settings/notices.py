"""How letters leave this machine: the mail server and the provider of texts, or files in the folder."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import unquote, urlsplit

from kopir.config.env import get_environment

__all__ = [
    "EMAIL_BACKEND",
    "EMAIL_FILE_PATH",
    "EMAIL_HOST",
    "EMAIL_HOST_PASSWORD",
    "EMAIL_HOST_USER",
    "EMAIL_PORT",
    "EMAIL_TIMEOUT",
    "EMAIL_USE_LOCALTIME",
    "EMAIL_USE_SSL",
    "EMAIL_USE_TLS",
    "KOPIR_SMS_TOKEN",
    "KOPIR_SMS_URL",
]

_PORTS: Final = {"smtp": 587, "smtps": 465}
_HERE: Final = {"localhost", "127.0.0.1", "::1"}


def read_mail_url(url: str) -> dict[str, Any]:
    """The settings of Django for a mail server; `smtp:` means STARTTLS, but for a server on this machine."""
    parts = urlsplit(url)
    is_tls = parts.scheme == "smtps"
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "",
        "EMAIL_PORT": parts.port or _PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": is_tls,
        "EMAIL_USE_TLS": not is_tls and parts.hostname not in _HERE,
    }


_env = get_environment()
_mail = read_mail_url(_env.mail_url or "smtp://localhost:25")

EMAIL_BACKEND = _mail["EMAIL_BACKEND"] if _env.mail_url else "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = str(_env.folder / "mail")
EMAIL_HOST = _mail["EMAIL_HOST"]
EMAIL_PORT = _mail["EMAIL_PORT"]
EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"]
EMAIL_USE_SSL = _mail["EMAIL_USE_SSL"]
EMAIL_USE_TLS = _mail["EMAIL_USE_TLS"]
EMAIL_TIMEOUT = 20
EMAIL_USE_LOCALTIME = False
KOPIR_SMS_URL = _env.sms_url
KOPIR_SMS_TOKEN = _env.sms_token
