"""What every template knows: the country, the body, the languages, the navigation."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def portal(request: HttpRequest) -> dict[str, Any]:
    """The context of `design/base.html`; what is not known is None."""
    return {
        "country": None,
        "body": getattr(request, "body_of_state", None),
        "languages": settings.LANGUAGES,
        "navigation": [],
    }
