"""What notices do: send a letter, note what was read, keep the number for texts."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kopir.accounts.models import User
from kopir.audit.actions import record
from kopir.base.actors import Actor

from . import queries
from .models import Message
from .phones import ask_phone, confirm_phone, remove_phone
from .sending import send, send_to

__all__ = ["ask_phone", "confirm_phone", "mark_all_read", "open_message", "remove_phone", "send", "send_to"]


@transaction.atomic
def open_message(*, message_id: int, user: User, actor: Actor, now: datetime) -> Message:
    """Give a message to its reader, and note when it was read first. Raises UnknownMessageError."""
    message = queries.get_message(user=user, message_id=message_id)
    if message.read_at is None:
        message.read_at = now
        message.save(update_fields=["read_at"])
        record(actor=actor, action="notices.open", subject=f"notices.message:{message.pk}", now=now)
    return message


@transaction.atomic
def mark_all_read(*, user: User, actor: Actor, now: datetime) -> int:
    """Note every message as read; how many were not."""
    count = Message.objects.filter(user=user, read_at=None).update(read_at=now)
    if count:
        after = {"count": count}
        record(actor=actor, action="notices.mark_all_read", subject=f"accounts.user:{user.pk}", after=after, now=now)
    return count
