"""Putting letters on their way: into inboxes at once, to e-mail and SMS by jobs that begin when the caller commits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Final

from django.db import transaction

from kopir.accounts.models import User
from kopir.accounts.queries import find_user
from kopir.base import jobs, sealing

from . import queries
from .errors import UnknownRecipientError
from .letters import LETTERS
from .models import Channel, Delivery, Message
from .rendering import Words, render

DELIVER: Final = "notices.deliver"
_SEALED: Final = "notices.letter"


@transaction.atomic
def send(*, template: str, to: str, context: Mapping[str, str], now: datetime) -> None:
    """Tell a person: into the inbox, by e-mail, by SMS, as the letter and what is known of the person allow.

    It leaves this machine by jobs, if and when the caller's transaction commits. Raises LookupError for no such letter,
    UnknownRecipientError.
    """
    user = find_user(to)
    if user is None:
        raise UnknownRecipientError(user=to)
    letter = LETTERS.get(template)
    words = render(template, context, user.language)
    if letter.in_inbox:
        Message.objects.create(
            user=user, letter=template, language=words.language, subject=words.subject, text=words.text, created_at=now
        )
    if letter.by_email and user.email:
        _deliver(template, words, Channel.EMAIL, user.email, user=user, now=now)
    number = queries.find_number(user) if letter.by_sms else None
    if number:
        _deliver(template, words, Channel.SMS, number, user=user, now=now)


@transaction.atomic
def send_to(
    *,
    template: str,
    address: str,
    language: str,
    context: Mapping[str, str],
    now: datetime,
    channel: Channel = Channel.EMAIL,
) -> None:
    """Tell whoever reads an address or a number, of whom this portal knows nothing else. Raises LookupError."""
    _deliver(template, render(template, context, language), channel, address, user=None, now=now)


def seal_words(words: Words) -> str:
    """The words of a letter, as they wait in the database: nobody reads a code there."""
    return sealing.seal(json.dumps(asdict(words), ensure_ascii=False), _SEALED)


def open_words(sealed: str) -> Words:
    """What `seal_words` sealed. Raises ValueError."""
    return Words(**json.loads(sealing.unseal(sealed, _SEALED)))


def _deliver(template: str, words: Words, channel: Channel, address: str, *, user: User | None, now: datetime) -> None:
    delivery = Delivery.objects.create(
        user=user,
        letter=template,
        language=words.language,
        channel=channel,
        address=address,
        sealed=seal_words(words),
        created_at=now,
    )
    jobs.enqueue(DELIVER, key=str(delivery.pk), delivery_id=delivery.pk)
