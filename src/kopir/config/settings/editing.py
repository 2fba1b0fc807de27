"""Wagtail's administration: its languages, and what it does without being asked."""

from __future__ import annotations

from kopir.config.settings.django import LANGUAGES

__all__ = ["WAGTAILADMIN_PERMITTED_LANGUAGES", "WAGTAIL_AUTOSAVE_INTERVAL"]

WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_AUTOSAVE_INTERVAL = 0  # a version is written, and recorded, when the person says so
