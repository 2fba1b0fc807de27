"""Letters to whoever looks after pages that have not been looked at by their day: then, and again each week."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.urls import reverse

from kopir.accounts.models import User
from kopir.audit.actions import record
from kopir.base.actors import Role, system_actor
from kopir.notices.actions import send
from kopir.websites.actions.telling import REVIEW_DUE
from kopir.websites.addresses import portal_origin
from kopir.websites.models import Reminder, SitePage, Website
from kopir.websites.queries import list_holders, list_to_remind
from kopir.websites.rules import EDITING

NAMED: Final = 5
"""How many pages a letter names; the report has them all."""


@transaction.atomic
def remind(*, website: Website, today: date, now: datetime) -> int:
    """Tell the owners of what is overdue, each in one letter, and return how many pages that were.

    Where nobody owns a page, or the owner works for the website no more, its administrators are told. A second time on
    the same day does nothing.
    """
    pages = list(list_to_remind(website, today).select_for_update(of=("self",)))  # an owner may be none
    colleagues = set(list_holders(website, EDITING))
    administrators = set(list_holders(website, {Role.SITE_ADMINISTRATOR}))
    by_reader: dict[User, list[SitePage]] = defaultdict(list)
    for page in pages:
        for reader in {page.owner} & colleagues or administrators:
            by_reader[reader].append(page)
    for reader in sorted(by_reader, key=lambda user: str(user.pk)):
        _write(reader, by_reader[reader], website, now)
    for page in pages:
        Reminder.objects.update_or_create(page_id=page.pk, defaults={"sent_on": today})
    if pages:
        record(
            actor=system_actor("websites.remind"),
            action="websites.remind",
            subject=f"websites.website:{website.pk}",
            body_id=website.body_id,
            after={"pages": [page.pk for page in pages]},
            now=now,
        )
    return len(pages)


def _write(reader: User, pages: list[SitePage], website: Website, now: datetime) -> None:
    more = len(pages) - NAMED
    context = {
        "titles": "\n\n".join(f"– {page.title}" for page in pages[:NAMED]),
        "more": str(more) if more > 0 else "",
        "site": website.slug,
        "report_url": portal_origin() + reverse("editing:overdue"),
    }
    send(template=REVIEW_DUE, to=str(reader.pk), context=context, now=now)
