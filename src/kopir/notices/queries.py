"""What may be read of inboxes and deliveries."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet

from kopir.accounts.models import User
from kopir.base.actors import Actor, Role
from kopir.base.errors import NotAllowedError

from .errors import UnknownMessageError
from .models import Delivery, Message, Phone, State

LATE: Final = timedelta(minutes=15)


def list_messages(*, user: User) -> QuerySet[Message]:
    """The person's inbox, the newest first."""
    return Message.objects.filter(user=user).order_by("-pk")


def get_message(*, user: User, message_id: int) -> Message:
    """One message of the person; raises UnknownMessageError, also for somebody else's."""
    message = Message.objects.filter(user=user, pk=message_id).first()
    if message is None:
        raise UnknownMessageError
    return message


def count_unread(*, user: User) -> int:
    """How many messages the person has not read."""
    return Message.objects.filter(user=user, read_at=None).count()


def find_phone(user: User) -> Phone | None:
    """The number that the person gave, confirmed or not."""
    return Phone.objects.filter(user=user).first()


def find_number(user: User) -> str | None:
    """The confirmed number, if there is one."""
    return Phone.objects.filter(user=user).exclude(confirmed_at=None).values_list("number", flat=True).first()


def list_deliveries(*, actor: Actor, state: State | None = None) -> QuerySet[Delivery]:
    """What was sent, is waiting or was given up, the newest first, for operators. Raises NotAllowedError."""
    if not actor.has(Role.PLATFORM_OPERATOR):
        raise NotAllowedError
    deliveries = Delivery.objects.order_by("-pk")
    return deliveries if state is None else deliveries.filter(state=state)


def find_faults(*, now: datetime) -> list[str]:
    """What an operator must mend, in English, each with its remedy."""
    faults = []
    dead = Delivery.objects.filter(state=State.DEAD)
    if count := dead.count():
        last = dead.order_by("-pk").values_list("error", flat=True).first()
        faults.append(f"{count} letters were given up, the last because: {last}; see the deliveries, run them again")
    oldest = Delivery.objects.filter(state=State.WAITING, created_at__lt=now - LATE).order_by("created_at").first()
    if oldest is not None:
        why = oldest.error or "no worker has tried: start the worker"
        faults.append(f"letters wait since {oldest.created_at:%Y-%m-%d %H:%M}: {why}")
    return faults
