"""People who edit websites, for tests: signed in through the pages, behind the real doors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings as whole
from django.test import Client

from kopir.accounts.models import User
from kopir.base.actors import Role
from kopir.config import settings as shipped
from kopir.websites.models import Website
from people import browser, make_person, sign_in


def use_real_doors(settings: Any) -> None:
    """Put back the middleware that the portal ships with, in pytest-django's `settings`."""
    settings.MIDDLEWARE = list(shipped.MIDDLEWARE)


def make_editor(name: str, grants: Iterable[tuple[Role, Website | None]], language: str = "en") -> tuple[User, Client]:
    """A person with these roles on these websites (None: on the platform), with their browser."""
    roles = [(role, website.body if website else None) for role, website in grants]
    user = make_person(f"{name}@example.org", name=name.title(), grants=roles)
    User.objects.filter(pk=user.pk).update(language=language)
    client = browser()
    assert sign_in(client, user).status_code == 302
    assert whole.SESSION_COOKIE_NAME in client.cookies
    return User.objects.get(pk=user.pk), client


def act_for(client: Client, website: Website) -> Any:
    """Choose the website on the page for it; returns the answer."""
    return client.post("/edit/sites/", {"website": str(website.pk)})
