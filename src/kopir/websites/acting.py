"""For which website a person works now: one at a time, kept in the session, judged by the grants of each request.

Who works on one website alone acts for it without being asked; an operator of the platform, who may act for any,
always chooses, and that is recorded.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from kopir.audit.actions import record
from kopir.base.actors import ANONYMOUS, Actor, Role
from kopir.websites.errors import UnknownSiteError
from kopir.websites.models import Website, WebsiteState
from kopir.websites.queries import list_websites
from kopir.websites.rights import Rights
from kopir.websites.rules import EDITING, roles_in

SESSION_KEY: Final = "acting_website"
ALL: Final = EDITING | {Role.PLATFORM_OPERATOR}
"""Who opens the administration of websites at all."""

_current: ContextVar[Rights | None] = ContextVar("kopir_websites_acting", default=None)


def list_choices(actor: Actor) -> QuerySet[Website]:
    """The open websites for which the actor may act now."""
    found = list_websites().filter(state=WebsiteState.OPEN)
    if actor.has(Role.PLATFORM_OPERATOR):
        return found
    return found.filter(body__in=[body for role, body in actor.grants if role in EDITING])


def find_acting(request: HttpRequest) -> Rights | None:
    """The website chosen in this session, as far as the grants still allow it, or the only one there is."""
    actor = _actor(request)
    choices = list_choices(actor)
    chosen = request.session.get(SESSION_KEY)
    website = choices.filter(pk=chosen).select_related("body", "collection").first() if chosen else None
    if website is None and not actor.has(Role.PLATFORM_OPERATOR):
        only = list(choices.select_related("body", "collection")[:2])
        website = only[0] if len(only) == 1 else None
    return Rights(website, roles_in(actor, website.body_id), actor) if website else None


@transaction.atomic
def choose(*, request: HttpRequest, website: Website, now: datetime) -> None:
    """Act for this website from now on. Raises UnknownSiteError for one that the person may not, or that is closed."""
    actor = _actor(request)
    if not list_choices(actor).filter(pk=website.pk).exists():
        raise UnknownSiteError(name=website.slug)
    request.session[SESSION_KEY] = website.pk
    if not any(actor.has(role, website.body_id) for role in EDITING):
        record(
            actor=actor,
            action="websites.act_for",
            subject=f"websites.website:{website.pk}",
            body_id=website.body_id,
            now=now,
        )


@contextmanager
def acting(rights: Rights) -> Iterator[None]:
    """Within it, `find_current` knows for which website this request works."""
    token = _current.set(rights)
    try:
        yield
    finally:
        _current.reset(token)


def find_current() -> Rights | None:
    """Who acts in this request of the administration; None outside of one."""
    return _current.get()


def _actor(request: HttpRequest) -> Actor:
    return getattr(request, "actor", ANONYMOUS)
