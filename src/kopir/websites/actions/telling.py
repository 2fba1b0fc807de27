"""Letters that this room writes to the people of a website: into their inbox and by mail, in their own language."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.translation import override
from wagtail.models import Comment, CommentReply, PageSubscription

from kopir.base.actors import Role
from kopir.base.errors import KopirError
from kopir.notices.actions import send
from kopir.notices.letters import LETTERS, Letter
from kopir.websites.addresses import portal_origin
from kopir.websites.models import SitePage, Website
from kopir.websites.queries import list_holders
from kopir.websites.rules import EDITING

REFUSED: Final = "websites.refused"
REVIEW_DUE: Final = "websites.review_due"
REMARKED: Final = "websites.remarked"


def register() -> None:
    """Make the letters known. Called once at start-up."""
    for name in (REFUSED, REVIEW_DUE, REMARKED):
        LETTERS.add(name, Letter())


def tell_refused(
    *, website: Website, to: Collection[object | None], title: str, path: str, error: KopirError, now: datetime
) -> None:
    """Say to those who approved something, and to those whose it is, that it did not go out, why, and where it waits.

    Only those are told who work for the website now. `path` is that of a page of the administration.
    """
    for user in list_holders(website, EDITING | {Role.PLATFORM_OPERATOR}):
        if user.pk not in to:
            continue
        with override(user.language):
            why = error.message()
        context = {"title": title, "why": why, "page_url": portal_origin() + path}
        send(template=REFUSED, to=str(user.pk), context=context, now=now)


def tell_remarked(*, page: SitePage, threads: Collection[int], by: object, now: datetime) -> None:
    """Say that somebody remarked on a page: to its owner, to who wants to know, to those who wrote in these threads.

    Only colleagues are told: whoever has a role for the website's body now.
    """
    wanted = PageSubscription.objects.filter(page_id=page.pk, comment_notifications=True).values_list("user", flat=True)
    wrote = Comment.objects.filter(pk__in=threads).values_list("user", flat=True)
    answered = CommentReply.objects.filter(comment__in=threads).values_list("user", flat=True)
    known = {page.owner_id, *wanted, *wrote, *answered} - {by}
    path = reverse("wagtailadmin_pages:edit", args=[page.pk])
    for colleague in list_holders(page.website, EDITING):
        if colleague.pk in known:
            context = {"title": page.draft_title, "page_url": portal_origin() + path}
            send(template=REMARKED, to=str(colleague.pk), context=context, now=now)
