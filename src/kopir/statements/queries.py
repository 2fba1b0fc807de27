"""Every read of the room."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from kopir.pagecache.recorder import note
from kopir.statements import tags
from kopir.statements.models import Statement
from kopir.websites.models import Website, WebsiteState
from kopir.websites.queries import list_shown_at


def find_statement(website: Website) -> Statement | None:
    """What the last check of this website found; None before the first."""
    note(tags.of_website(website.pk))
    return Statement.objects.filter(website=website).first()


def list_reasons(statement: Statement | None) -> list[dict[str, Any]]:
    """Why something stays: the reasons of pages that the public sees now, not only on the day of the check."""
    kept = statement.reasons if statement else []
    shown = list_shown_at(statement.website, [one["path"] for one in kept]) if statement else []
    paths = {page.url_path for page in shown}
    return [one for one in kept if one["path"] in paths]


def list_open() -> QuerySet[Website]:
    """The websites that are checked."""
    return Website.objects.filter(state=WebsiteState.OPEN).select_related("body")
