"""Letters that this room writes to the people of a website: into their inbox and by mail, in their own language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.utils.translation import override

from kopir.accounts.models import User
from kopir.base.errors import KopirError
from kopir.notices.actions import send
from kopir.notices.letters import LETTERS, Letter
from kopir.websites.addresses import portal_origin

REFUSED: Final = "websites.refused"


def register() -> None:
    """Make the letters known. Called once at start-up."""
    LETTERS.add(REFUSED, Letter())


def tell_refused(to: Iterable[object | None], title: str, path: str, error: KopirError, now: datetime) -> None:
    """Say to those who approved something, and to those whose it is, that it did not go out, why, and where it waits.

    `path` is that of a page of the administration.
    """
    for user in User.objects.filter(pk__in={one for one in to if one is not None}, is_active=True).order_by("pk"):
        with override(user.language):
            why = error.message()
        context = {"title": title, "why": why, "page_url": portal_origin() + path}
        send(template=REFUSED, to=str(user.pk), context=context, now=now)
