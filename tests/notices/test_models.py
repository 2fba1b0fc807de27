"""How the lines of the tables are called."""

from __future__ import annotations

from kopir.notices.models import Delivery, Message, Phone


def test_nothing_personal_is_in_a_name():
    assert str(Message(pk=3, letter="accounts.role_granted", subject="Secret")) == "message 3: accounts.role_granted"
    shown = str(Delivery(pk=4, letter="accounts.confirm_email", channel="sms", address="+77011234567"))
    assert shown == "delivery 4: accounts.confirm_email by sms"
    assert "+7" not in str(Phone(number="+77011234567"))
