"""Letters that lower rooms say are due."""

from __future__ import annotations

from kopir.accounts.events import LetterDue
from kopir.base import clock

from .sending import send, send_to


def receive(event: LetterDue) -> None:
    """Send it; called after the commit of the action that it tells of."""
    now = clock.now()
    if event.user_id:
        send(template=event.template, to=event.user_id, context=event.context, now=now)
    else:
        send_to(template=event.template, address=event.address, language=event.language, context=event.context, now=now)
