"""Sending an inquiry, answering it, and forgetting what its term has ended for."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import override

from kopir.audit.actions import record
from kopir.base.actors import Actor
from kopir.base.errors import NotAllowedError
from kopir.inquiries import rules, sealed
from kopir.inquiries.errors import AnsweredAlreadyError, SentAlreadyError
from kopir.inquiries.models import Inquiry, Kind, State
from kopir.notices.actions import send_to
from kopir.websites.models import SitePage, Website

ANSWER: Final = "inquiries.answer"
FORGET_AT_ONCE: Final = 500


@dataclass(frozen=True)
class Receipt:
    """What the sender is shown, once: the number, and the secret that only they know."""

    number: str
    secret: str


@transaction.atomic
def send_inquiry(
    *,
    website: Website,
    page: SitePage | None,
    kind: Kind,
    words: str,
    address: str,
    language: str,
    once: str,
    actor: Actor,
    now: datetime,
) -> Receipt:
    """Take what somebody writes to the body of a website. Raises SentAlreadyError for a form that was sent before."""
    number = _signs(rules.NUMBER_SIGNS - 1)
    receipt = Receipt(number + rules.check_sign(number), _signs(rules.SECRET_SIGNS))
    inquiry = Inquiry(
        number=receipt.number,
        secret=sealed.digest(receipt.secret),
        once=once,
        website=website,
        kind=kind,
        language=language,
        page_title=page.title if page else "",
        page_path=page.url_path if page else "",
        words=sealed.close(words, "words"),
        address=sealed.close(address, "address"),
        created_at=now,
    )
    try:
        with transaction.atomic():
            inquiry.save()
    except IntegrityError:
        raise SentAlreadyError from None
    _record("inquiries.send", inquiry, {"kind": str(kind), "page": inquiry.page_path}, actor=actor, now=now)
    return receipt


@transaction.atomic
def answer_inquiry(*, inquiry: Inquiry, text: str, actor: Actor, now: datetime) -> None:
    """Answer: whoever gave an address gets mail, everybody else reads it by number and secret.

    Raises NotAllowedError, AnsweredAlreadyError.
    """
    if not rules.may_read(actor, inquiry.website.body_id):
        raise NotAllowedError
    waiting = Inquiry.objects.filter(pk=inquiry.pk, state=State.WAITING, forgotten_at=None)
    if not waiting.update(state=State.ANSWERED, answer=sealed.close(text, "answer"), answered_at=now):
        raise AnsweredAlreadyError
    address = sealed.read(inquiry.address, "address")
    if address:
        with override(inquiry.language):
            body = str(inquiry.website.body.name)
        context = {"number": rules.grouped(inquiry.number), "body": body, "answer": text}
        send_to(template=ANSWER, address=address, language=inquiry.language, context=context, now=now)
    _record("inquiries.answer", inquiry, {"is_mailed": bool(address)}, actor=actor, now=now)


@transaction.atomic
def forget_inquiries(*, actor: Actor, now: datetime) -> int:
    """Empty the words, addresses and answers whose term has ended, some at a time; how many that were."""
    due = Inquiry.objects.filter(forgotten_at=None, created_at__lt=now - rules.KEPT).select_related("website")
    found = list(due.order_by("created_at")[:FORGET_AT_ONCE])
    for inquiry in found:
        empty = {"words": "", "address": "", "answer": "", "forgotten_at": now}
        Inquiry.objects.filter(pk=inquiry.pk).update(**empty)
        _record("inquiries.forget", inquiry, {}, actor=actor, now=now)
    return len(found)


def _signs(count: int) -> str:
    return "".join(secrets.choice(rules.ALPHABET) for _ in range(count))


def _record(action: str, inquiry: Inquiry, after: dict[str, object], *, actor: Actor, now: datetime) -> None:
    subject, body_id = f"inquiries.inquiry:{inquiry.pk}", inquiry.website.body_id
    record(actor=actor, action=action, subject=subject, body_id=body_id, after=after or None, now=now)
