"""Every read of the room."""

from __future__ import annotations

from django.db.models import QuerySet

from kopir.pagecache.recorder import note
from kopir.statements import tags
from kopir.statements.models import Statement
from kopir.websites.models import Website, WebsiteState


def find_statement(website: Website) -> Statement | None:
    """What the last check of this website found; None before the first."""
    note(tags.of_website(website.pk))
    return Statement.objects.filter(website=website).first()


def list_open() -> QuerySet[Website]:
    """The websites that are checked."""
    return Website.objects.filter(state=WebsiteState.OPEN).select_related("body")
