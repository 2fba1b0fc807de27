"""What every template knows: the country, the languages, the navigation. A page of a body names its `body` itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kopir.base.actors import ANONYMOUS, Actor
from kopir.base.texts import pick
from kopir.bodies import queries
from kopir.config.scripts import list_scripts
from kopir.pagecache.storing import is_shared

EVERYONE, ACCOUNT, PERSON, STAFF, STRANGER = "everyone", "account", "person", "staff", "stranger"
NAVIGATION: Final[tuple[tuple[str, str | Promise, str], ...]] = (
    ("bodies:home", _("State bodies"), EVERYONE),
    ("bodies:calendar", _("Working days"), EVERYONE),
    ("bodies:manage", _("Administration"), STAFF),
    ("notices:inbox", _("Inbox"), PERSON),
    ("account_profile", _("My account"), ACCOUNT),
    ("account_login", _("Sign in"), STRANGER),
)
"""Name of an address, its text, and to whom it is shown; what this installation has no page for is left out."""
FOOTER: Final[tuple[tuple[str, str | Promise], ...]] = (("duties:all", _("Duties of websites")),)
"""The same of what stands below every page of the portal."""


@dataclass(frozen=True)
class CountryView:
    """The country as the frame of a page shows it, in the reader's language."""

    code: str
    name: str
    colors: Mapping[str, str] = field(default_factory=dict)
    portal: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class Link:
    """An entry of the navigation."""

    address: str
    text: str | Promise
    is_current: bool


def portal(request: HttpRequest) -> dict[str, Any]:
    """The context of `design/base.html`; the database is asked where a template shows the country."""
    return {
        "country": SimpleLazyObject(get_country),
        "languages": settings.LANGUAGES,
        "navigation": list_navigation(request),
        "footer_links": list_footer(request),
        "scripts": list_scripts(request, get_language() or ""),
        "search_address": _find_address("search:search"),
        "home_address": f"/{get_language() or settings.LANGUAGE_CODE}/",
    }


def get_country() -> CountryView:
    """This node's country, with the name and the colors that the operator gave the portal."""
    plain, stored = get_plain_country(), queries.get_portal()
    return CountryView(plain.code, plain.name, stored.colors, str(stored), stored.phone, stored.email)


def get_plain_country() -> CountryView:
    """The country without what the operator set: for pages that must not need the database."""
    country = queries.get_country()
    return CountryView(country.code, pick(country.names, get_language() or settings.LANGUAGE_CODE)[0])


def list_navigation(request: HttpRequest) -> list[Link]:
    """The main navigation for whoever asks, with the entry marked that this page is, or is a part of.

    On a page that is made for everybody it is everybody's: there "My account" leads strangers to the door.
    """
    shown = {EVERYONE, ACCOUNT} if is_shared(request) else _groups(getattr(request, "actor", ANONYMOUS))
    links = []
    for name, text, group in NAVIGATION:
        address = _find_address(name)
        if group not in shown or not address:
            continue
        is_part = name != NAVIGATION[0][0] and request.path.startswith(address)
        links.append(Link(address, text, is_current=is_part or request.path == address))
    return links


def list_footer(request: HttpRequest) -> list[Link]:
    """The links below every page of the portal; websites bring their own."""
    found = ((_find_address(name), text) for name, text in FOOTER)
    return [Link(address, text, is_current=request.path == address) for address, text in found if address]


def _find_address(name: str) -> str:
    """The address of this name; "" where this installation, or a website's own domain, has none."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _groups(actor: Actor) -> set[str]:
    if actor.kind != "person":
        return {EVERYONE, STRANGER}
    return {EVERYONE, ACCOUNT, PERSON, STAFF} if actor.grants else {EVERYONE, ACCOUNT, PERSON}
