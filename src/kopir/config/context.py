"""What every template knows: the country, the body whose page it is, the languages, the navigation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kopir.base.texts import pick
from kopir.bodies.country import Country
from kopir.bodies.pack import read_country

NAVIGATION: Final[tuple[tuple[str, str | Promise], ...]] = (
    ("bodies:home", _("State bodies")),
    ("notices:inbox", _("Inbox")),
)
"""Name of an address and its text; what this installation has no page for is left out."""


@dataclass(frozen=True)
class CountryView:
    """The country as the header shows it, in the reader's language."""

    code: str
    name: str
    portal_name: str


@dataclass(frozen=True)
class Link:
    """An entry of the navigation."""

    address: str
    text: str | Promise
    is_current: bool


def portal(request: HttpRequest) -> dict[str, Any]:
    """The context of `design/base.html`."""
    return {
        "country": get_country(),
        "body": getattr(request, "body_of_state", None),
        "languages": settings.LANGUAGES,
        "navigation": list_navigation(request),
    }


def get_country() -> CountryView:
    """This node's country."""
    country = _read(settings.KOPIR_COUNTRY)
    language = get_language() or settings.LANGUAGE_CODE
    return CountryView(country.code, pick(country.names, language)[0], pick(country.portal_names, language)[0])


@cache
def _read(place: str) -> Country:
    """The pack's country, read once: what is in it changes with a new start."""
    return read_country(place)


def list_navigation(request: HttpRequest) -> list[Link]:
    """The main navigation, with the entry marked that this page is."""
    links = []
    for name, text in NAVIGATION:
        try:
            address = reverse(name)
        except NoReverseMatch:
            continue
        links.append(Link(address, text, is_current=request.path == address))
    return links
