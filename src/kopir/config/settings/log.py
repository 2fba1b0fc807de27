"""Logs: one JSON object a line on standard error, as the bridge's."""

from __future__ import annotations

from typing import Any

from kopir.config.env import get_environment

__all__ = ["LOGGING"]

_env = get_environment()

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "kopir.config.logs.JsonLines", "node": _env.country}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["stderr"], "level": _env.log_level.upper()},
    "loggers": {
        # Its own handlers, for terminals and for mail, are not ours; what it has to say goes to ours.
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        # Each request is told once, by kopir.config.watching; each answer of 400 and above would be told twice.
        "django.request": {"level": "ERROR"},
        # Whoever sends a wrong host would fill the log with traces; kopir.config.watching counts and tells it.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        # A line for each task; jobs are told by kopir.base.running.
        "django_tasks": {"level": "WARNING"},
        "django_tasks_db": {"level": "WARNING"},
    },
}
