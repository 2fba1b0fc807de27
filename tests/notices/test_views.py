"""Inbox, messages, the number for texts, and deliveries, as browsers see them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

import pytest
from django.urls import reverse

from actors import NOW
from kopir.accounts.models import User
from kopir.audit.models import Row
from kopir.base.access import get_decision
from kopir.base.actors import Role
from kopir.notices import views
from kopir.notices.models import Delivery, Message, Phone
from kopir.notices.sending import open_words, send
from people import browser, make_person, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> User:
    return make_person("anna@example.org", name="Anna")


@pytest.fixture
def client(anna):
    client = browser()
    sign_in(client, anna)
    return client


def tell(user: User, body: str = "Министрлік") -> Message:
    send(template="accounts.role_granted", to=str(user.pk), context={"role": "editor", "body": body}, now=NOW)
    return Message.objects.order_by("-pk")[0]


VISIT: Final = {"sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
"""What a browser says when its person follows a link of ours."""


def read(client, name: str, *args: object, **query: str) -> str:
    answer = client.get(reverse(name, args=args), query, headers=VISIT)
    assert answer.status_code == 200
    return answer.content.decode()


def shown(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'/inbox/(\d+)/"', page)]


def test_the_inbox_shows_the_newest_first_and_counts_what_was_not_read(client, anna):
    assert shown(read(client, "notices:inbox")) == []
    first, second = tell(anna), tell(anna)
    page = read(client, "notices:inbox")
    assert shown(page) == [second.pk, first.pk]
    assert page.count("govuk-tag--green") == 2


def test_opening_notes_and_records_when_it_was_read_first(client, anna):
    message = tell(anna)
    assert "Министрлік" in read(client, "notices:message", message.pk)
    message.refresh_from_db()
    first = message.read_at
    assert first is not None
    row = Row.objects.order_by("-pk")[0]
    assert (row.action, row.actor_id, row.subject) == ("notices.open", str(anna.pk), f"notices.message:{message.pk}")
    read(client, "notices:message", message.pk)
    message.refresh_from_db()
    assert message.read_at == first
    assert Row.objects.filter(action="notices.open").count() == 1
    assert reverse("notices:mark_read", args=[message.pk]) not in read(client, "notices:message", message.pk)


@pytest.mark.parametrize(
    "change",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"},
        {"sec-fetch-dest": "iframe"},
        {"sec-purpose": "prefetch"},
        dict.fromkeys(VISIT, ""),
    ],
)
def test_what_somebody_else_opens_is_not_read(client, anna, change):
    """A picture on a foreign page whose address is that of a message would make a term run."""
    message, address = tell(anna), reverse("notices:mark_read", args=[Message.objects.get().pk])
    page = client.get(reverse("notices:message", args=[message.pk]), headers=VISIT | change).content.decode()
    message.refresh_from_db()
    assert message.read_at is None
    assert not Row.objects.filter(action="notices.open").exists()
    assert (address in page, "Министрлік" in page) == (True, True)
    assert client.post(address)["Location"] == reverse("notices:message", args=[message.pk])
    message.refresh_from_db()
    assert message.read_at is not None
    assert Row.objects.filter(action="notices.open").count() == 1


def test_the_address_that_was_written_by_hand_is_the_readers(client, anna):
    message = tell(anna)
    client.get(reverse("notices:message", args=[message.pk]), headers=VISIT | {"sec-fetch-site": "none"})
    message.refresh_from_db()
    assert message.read_at is not None


def test_all_at_once(client, anna):
    tell(anna)
    tell(anna)
    for _ in range(2):
        assert client.post(reverse("notices:mark_all_read")).status_code == 302
    assert not Message.objects.filter(read_at=None).exists()
    assert Row.objects.filter(action="notices.mark_all_read").count() == 1


def test_pages_go_on_from_the_last_one_seen(client, anna, monkeypatch):
    monkeypatch.setattr(views, "PAGE", 2)
    ids = [tell(anna).pk for _ in range(3)]
    first = read(client, "notices:inbox")
    assert shown(first) == [ids[2], ids[1]]
    assert f"?before={ids[1]}" in first
    last = read(client, "notices:inbox", before=str(ids[1]))
    assert shown(last) == [ids[0]]
    assert 'rel="next"' not in last
    assert shown(read(client, "notices:inbox", before="x")) == [ids[2], ids[1]]


def test_an_inbox_asks_few_queries(client, anna, django_assert_max_num_queries):
    for _ in range(20):
        tell(anna)
    with django_assert_max_num_queries(8):
        read(client, "notices:inbox")


def test_what_is_told_is_shown_as_text(client, anna):
    message = tell(anna, "<script>alert(1)</script>")
    page = read(client, "notices:message", message.pk)
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_the_inbox_of_somebody_else_is_closed(client):
    theirs = tell(make_person("boris@example.org"))
    assert client.get(reverse("notices:message", args=[theirs.pk])).status_code == 404
    assert client.post(reverse("notices:mark_read", args=[theirs.pk])).status_code == 404
    theirs.refresh_from_db()
    assert theirs.read_at is None
    client.post(reverse("notices:mark_all_read"))
    theirs.refresh_from_db()
    assert theirs.read_at is None


@pytest.mark.parametrize("name", ["notices:inbox", "notices:phone", "notices:deliveries"])
def test_strangers_are_sent_to_sign_in(name):
    answer = browser().get(reverse(name))
    assert answer.status_code == 302
    assert reverse("account_login") in answer["Location"]


def test_a_number_for_texts(client, anna):
    address = reverse("notices:phone")
    assert client.post(address, {"step": "number", "number": "+7 701 123 45 67"}).status_code == 302
    assert "+77011234567" in read(client, "notices:phone")
    code = re.search(r"\d{6}", open_words(Delivery.objects.get().sealed).sms)[0]
    assert client.post(address, {"step": "code", "code": code}).status_code == 302
    assert Phone.objects.get().number == "+77011234567"
    assert client.post(address, {"step": "remove"}).status_code == 302
    assert not Phone.objects.exists()


@pytest.mark.parametrize(
    "data", [{"step": "number", "number": "701"}, {"step": "number"}, {"step": "code", "code": "1"}, {"step": "code"}]
)
def test_what_is_wrong_with_a_number_or_a_code_is_said_at_its_field(client, data):
    answer = client.post(reverse("notices:phone"), data)
    assert answer.status_code == 200
    assert "govuk-error-summary" in answer.content.decode()


def test_too_many_codes_are_refused_on_the_page(client):
    for status in (302, 200):
        answer = client.post(reverse("notices:phone"), {"step": "number", "number": "+77011234567"})
        assert answer.status_code == status
    assert Delivery.objects.count() == 1


def test_operators_see_what_was_sent_and_nobody_else(client, anna):
    tell(anna)
    Delivery.objects.create(letter="x", channel="sms", address="+7", state="dead", error="550", created_at=NOW)
    assert client.get(reverse("notices:deliveries")).status_code == 403
    operator = make_person("o@example.org", grants=[(Role.PLATFORM_OPERATOR, None)])
    desk = browser()
    sign_in(desk, operator)
    page = read(desk, "notices:deliveries")
    assert "anna@example.org" in page
    assert "550" in page
    assert "anna@example.org" not in read(desk, "notices:deliveries", state="dead")
    assert "anna@example.org" in read(desk, "notices:deliveries", state="nothing")


def test_the_door_of_deliveries_is_for_operators_alone():
    decision = get_decision(views.list_deliveries)
    assert (decision.who, decision.roles) == ("staff", {Role.PLATFORM_OPERATOR})
    for view in (views.show_inbox, views.show_message, views.mark_all_read, views.edit_phone):
        assert get_decision(view).who == "signed_in"


def test_old_messages_stay(client, anna):
    message = tell(anna)
    Message.objects.filter(pk=message.pk).update(created_at=NOW - timedelta(days=3650))
    assert shown(read(client, "notices:inbox")) == [message.pk]
