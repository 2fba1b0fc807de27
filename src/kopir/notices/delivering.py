"""The job that sends one delivery, and what becomes of it.

A delivery that was sent is never sent again by us. A worker that dies between the server's answer and our note of it
sends the letter a second time, with the same Message-ID or key: no one can do better over SMTP.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from kopir.base import clock
from kopir.base.jobs import GiveUpError, job, periodic

from .errors import NotSentError, RefusedByServerError
from .mail import send_mail
from .models import Channel, Delivery, State
from .rendering import Words
from .sending import DELIVER, open_words
from .sms import send_sms

ATTEMPTS: Final = 8
"""With pauses of 10 s to an hour: about four hours."""
LIMIT_ERROR: Final = 500
KEEP: Final = timedelta(days=90)


@job(DELIVER, attempts=ATTEMPTS, limit_s=120)
def deliver(*, delivery_id: int) -> None:
    """Send it, unless it was. Raises what went wrong, so that the job is tried again or given up."""
    delivery = Delivery.objects.filter(pk=delivery_id).first()
    if delivery is None or delivery.state == State.SENT:
        return
    number = (0 if delivery.state == State.DEAD else delivery.attempts) + 1  # an operator gives a dead one all again
    try:
        _carry(delivery)
    except RefusedByServerError as error:
        _note(delivery, State.DEAD, number, str(error))
        raise GiveUpError(str(error)) from error
    except NotSentError as error:
        _note(delivery, State.DEAD if number >= ATTEMPTS else State.WAITING, number, str(error))
        raise
    # What opens something is not kept once it is where it should be.
    Delivery.objects.filter(pk=delivery.pk).update(
        state=State.SENT, attempts=number, error="", sealed="", sent_at=clock.now()
    )


@periodic("notices.prune", every=timedelta(hours=1))
def prune() -> None:
    """Forget what was sent or given up long ago."""
    forget(now=clock.now())


def forget(*, now: datetime) -> int:
    """Remove deliveries that ended more than `KEEP` ago; how many that were. Messages stay."""
    removed, _ = Delivery.objects.exclude(state=State.WAITING).filter(created_at__lt=now - KEEP).delete()
    return removed


def _carry(delivery: Delivery) -> None:
    words = _words(delivery)
    if delivery.channel == Channel.EMAIL:
        send_mail(delivery.address, words, delivery.key)
    else:
        send_sms(delivery.address, words.sms, delivery.key)


def _words(delivery: Delivery) -> Words:
    try:
        return open_words(delivery.sealed)
    except ValueError as error:  # the secret key was changed and the former one is not kept
        raise RefusedByServerError(why=str(error)) from error


def _note(delivery: Delivery, state: State, number: int, error: str) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(state=state, attempts=number, error=error[:LIMIT_ERROR])
