"""Pages that go out by the clock, for tests of websites: approved by a publisher, shown by the worker's job."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from kopir.accounts.models import RoleGrant, User
from kopir.audit.models import Row
from kopir.base import clock
from kopir.base.actors import Actor, Role
from kopir.base.jobs import WORKS
from kopir.base.models import Job, JobState
from kopir.websites.models import SitePage, Website
from kopir.websites.queries import find_page
from kopir.websites.tasks import follow_clock

NAMES = ("websites.publish_due", "websites.expire", "websites.send_bundle")


def make_publisher(website: Website, name: str = "publisher", role: Role = Role.PUBLISHER) -> tuple[User, Actor]:
    """A person with a role on the website, and the same as actions see them."""
    user = User.objects.create_user(f"{name}@example.org", name=name, language="en")
    RoleGrant.objects.create(user=user, role=role.value, body=website.body, granted_at=clock.now())
    return user, Actor("person", id=str(user.pk), name=name, grants=frozenset({(role, website.body_id)}))


def page_at(website: Website, language: str, path: str) -> SitePage:
    """The page that the public sees there."""
    page = find_page(website, language, path)
    assert page is not None, path
    return page


def facts_of(row: Row | None) -> dict[str, Any]:
    """What a row of the record says of the thing as it is after."""
    assert row is not None
    facts: dict[str, Any] = json.loads(row.after or "{}")
    return facts


def let_pass(hands: Any, instant: datetime) -> None:
    """It is `instant` now, and the worker does what has fallen due."""
    hands(instant)
    follow_clock()
    for row in Job.objects.filter(name__in=NAMES, state=JobState.WAITING):
        WORKS.get(row.name).function(**row.arguments)
        Job.objects.filter(pk=row.pk).update(state=JobState.DONE)
