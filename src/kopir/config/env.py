"""The settings of the portal that come from the environment: one table, read in one place."""

from __future__ import annotations

import os

MODULE = "kopir.config.settings"


def use_settings(module: str = MODULE) -> None:
    """Make `module` the settings of Django, unless the environment names others."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", module)


def read(name: str, default: str) -> str:
    """A setting as text."""
    return os.environ.get(name, default)
