"""Letters put on their way."""

from __future__ import annotations

import uuid

import pytest
from django.db import transaction

from actors import NOW
from kopir.accounts.models import User
from kopir.base.models import Job
from kopir.notices.errors import UnknownRecipientError
from kopir.notices.models import Channel, Delivery, Message, Phone, State
from kopir.notices.rendering import Words
from kopir.notices.sending import DELIVER, open_words, seal_words, send, send_to

pytestmark = pytest.mark.django_db
CHANGED = {"address": "10.0.0.7", "agent": "Firefox"}


@pytest.fixture
def anna() -> User:
    return User.objects.create_user("anna@example.org", name="Anna", language="kk")


def ways(user: User | None) -> list[tuple[str, str]]:
    return [(delivery.channel, delivery.address) for delivery in Delivery.objects.filter(user=user).order_by("pk")]


def test_a_letter_goes_into_the_inbox_and_by_mail_in_the_readers_language(anna):
    send(template="accounts.role_granted", to=str(anna.pk), context={"role": "editor", "body": "Министрлік"}, now=NOW)
    message = Message.objects.get()
    assert (message.user, message.letter, message.language) == (anna, "accounts.role_granted", "kk")
    assert (message.created_at, message.read_at) == (NOW, None)
    assert "Министрлік" in message.text
    delivery = Delivery.objects.get()
    assert (delivery.channel, delivery.address, delivery.state) == (Channel.EMAIL, "anna@example.org", State.WAITING)
    assert open_words(delivery.sealed).subject == message.subject
    job = Job.objects.get(name=DELIVER)
    assert job.arguments == {"delivery_id": delivery.pk}


def test_what_must_be_noticed_at_once_goes_by_sms_too(anna):
    Phone.objects.create(user=anna, number="+77011234567", confirmed_at=NOW)
    send(template="accounts.password_changed", to=str(anna.pk), context=CHANGED, now=NOW)
    assert ways(anna) == [("email", "anna@example.org"), ("sms", "+77011234567")]
    send(template="accounts.role_granted", to=str(anna.pk), context={"role": "editor", "body": ""}, now=NOW)
    assert len(ways(anna)) == 3


def test_a_number_that_was_not_confirmed_gets_nothing(anna):
    Phone.objects.create(user=anna, asked="+77011234567", code="x")
    send(template="accounts.password_changed", to=str(anna.pk), context=CHANGED, now=NOW)
    assert ways(anna) == [("email", "anna@example.org")]


def test_who_has_no_address_has_an_inbox():
    guest = User.objects.create_user(None, name="Guest", language="tg")
    send(template="accounts.password_changed", to=str(guest.pk), context=CHANGED, now=NOW)
    assert ways(guest) == []
    assert Message.objects.get().user == guest


def test_a_secret_stands_in_no_inbox_and_in_no_table(anna):
    send_to(
        template="accounts.confirm_email", address="b@example.org", language="ru", context={"code": "918273"}, now=NOW
    )
    assert not Message.objects.exists()
    assert ways(None) == [("email", "b@example.org")]
    stored = repr([list(model.objects.values()) for model in (Delivery, Job)])
    assert "918273" not in stored
    words = open_words(Delivery.objects.get().sealed)
    assert (words.language, "918273" in words.text) == ("ru", True)


def test_a_text_to_a_number(anna):
    context = {"code": "918273"}
    send_to(
        template="notices.phone_code",
        address="+77011234567",
        language="kk",
        context=context,
        now=NOW,
        channel=Channel.SMS,
    )
    assert "918273" in open_words(Delivery.objects.get().sealed).sms


def test_nobody_and_nothing_to_send(anna):
    for user_id in (str(uuid.uuid4()), "anna", ""):
        with pytest.raises(UnknownRecipientError):
            send(template="accounts.password_changed", to=user_id, context=CHANGED, now=NOW)
    with pytest.raises(LookupError):
        send(template="accounts.nothing", to=str(anna.pk), context={}, now=NOW)
    assert not Delivery.objects.exists()


@transaction.atomic
def _send_and_fail(user: User) -> None:
    send(template="accounts.password_changed", to=str(user.pk), context=CHANGED, now=NOW)
    raise ZeroDivisionError


def test_what_an_undone_action_wanted_to_say_is_not_said(anna):
    with pytest.raises(ZeroDivisionError):
        _send_and_fail(anna)
    assert not Message.objects.exists()
    assert not Delivery.objects.exists()
    assert not Job.objects.exists()


def test_words_wait_sealed():
    words = Words("kk", "Тақырып", "Мәтін", "<p>Мәтін</p>", "қысқа")
    assert open_words(seal_words(words)) == words
    assert "Мәтін" not in seal_words(words)
    with pytest.raises(ValueError, match="sealed here"):
        open_words("")
