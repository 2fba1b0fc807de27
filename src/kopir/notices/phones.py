"""The number on which a person wants texts: asked for, confirmed by a code, removed."""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import Final

from django.conf import settings
from django.db import transaction

from kopir.accounts.models import User
from kopir.audit.actions import record
from kopir.base.actors import Actor

from .errors import TooSoonError, WrongCodeError, WrongNumberError
from .models import Channel, Phone
from .sending import send, send_to

CODE_FOR: Final = timedelta(minutes=10)
PAUSE: Final = timedelta(minutes=1)
TRIES: Final = 5
_NUMBER: Final = re.compile(r"\+[1-9][0-9]{7,14}")
_BLANKS: Final = re.compile(r"[\s()\u2010-\u2015-]")


def read_number(text: str) -> str:
    """A number in the form of E.164, from how people write it. Raises WrongNumberError."""
    number = _BLANKS.sub("", text)
    if not _NUMBER.fullmatch(number):
        raise WrongNumberError
    return number


@transaction.atomic
def ask_phone(*, user: User, number: str, actor: Actor, now: datetime) -> None:
    """Send a code to the number; the former one, if it was confirmed, holds until the new one is.

    Raises WrongNumberError, TooSoonError.
    """
    number = read_number(number)
    phone = Phone.objects.select_for_update().filter(user=user).first()
    if phone is not None and phone.code_until is not None and now < phone.code_until - CODE_FOR + PAUSE:
        raise TooSoonError
    code = f"{secrets.randbelow(10**6):06}"
    asked = {"asked": number, "code": _digest(user, number, code), "code_until": now + CODE_FOR, "tries": 0}
    Phone.objects.update_or_create(user=user, defaults=asked)
    send_to(
        template="notices.phone_code",
        address=number,
        language=user.language,
        context={"code": code},
        now=now,
        channel=Channel.SMS,
    )
    _record(user, "notices.ask_phone", number, actor, now)


def confirm_phone(*, user: User, code: str, actor: Actor, now: datetime) -> None:
    """Use the number from now on, for whoever knows the code. Raises WrongCodeError, also after five tries."""
    with transaction.atomic():
        phone = Phone.objects.select_for_update().filter(user=user).exclude(code="").first()
        if phone is None or phone.code_until is None or now > phone.code_until or phone.tries >= TRIES:
            raise WrongCodeError
        is_right = compare_digest(phone.code, _digest(user, phone.asked, code.strip()))
        phone.tries += 1
        if is_right:
            phone.number, phone.asked, phone.code, phone.confirmed_at = phone.asked, "", "", now
        phone.save()
        if is_right:
            _record(user, "notices.confirm_phone", phone.number, actor, now)
            send(template="notices.phone_changed", to=str(user.pk), context={"number": phone.number}, now=now)
        else:
            _record(user, "notices.miss_phone_code", phone.asked, actor, now)
    if not is_right:  # outside the transaction: the try counts
        raise WrongCodeError


@transaction.atomic
def remove_phone(*, user: User, actor: Actor, now: datetime) -> None:
    """Send no more texts to this person."""
    phone = Phone.objects.filter(user=user).first()
    if phone is not None:
        phone.delete()
        _record(user, "notices.remove_phone", phone.number, actor, now)


def _digest(user: User, number: str, code: str) -> str:
    """A code, as it is kept: six digits alone would be found by trying, so the node's secret is in it."""
    return sha256(f"{settings.SECRET_KEY}\0{user.pk}\0{number}\0{code}".encode()).hexdigest()


def _record(user: User, action: str, number: str, actor: Actor, now: datetime) -> None:
    record(
        actor=actor,
        action=action,
        subject=f"accounts.user:{user.pk}",
        person=str(user.pk),
        personal_after={"number": number},
        now=now,
    )
