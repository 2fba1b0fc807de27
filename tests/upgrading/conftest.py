"""The website of a ministry, who administers it, and its template given anew."""

from __future__ import annotations

import pytest

from ground import client, education, finance, kz, now, operator, system  # noqa: F401 - fixtures
from kopir.accounts.models import User
from kopir.base.actors import Actor, Role
from kopir.websites.models import SitePage
from sites import give  # noqa: F401 - a fixture


@pytest.fixture
def website(education):  # noqa: F811 - the fixture
    """The one that is upgraded."""
    return education


@pytest.fixture
def administrator(website):
    """Who administers it, as actions see them."""
    user = User.objects.create_user("administrator@example.org", name="A. Administrator")
    grants = frozenset({(Role.SITE_ADMINISTRATOR, website.body_id)})
    return Actor("person", id=str(user.pk), name=user.name, grants=grants)


@pytest.fixture
def page(website):
    """Finds a page of it by language and path."""

    def page(path, language="ru"):
        address = f"/{language}/{website.slug}/" + (f"{path}/" if path else "")
        return SitePage.objects.get(url_path=address).specific

    return page
