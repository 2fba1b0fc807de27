"""The form and the page of a message, as everybody meets them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

import acting
from kopir.audit.models import Row
from kopir.base import clock
from kopir.base.actors import Actor
from kopir.inquiries.models import Inquiry
from kopir.websites.models import WebsiteState
from kopir.websites.queries import find_page

FORM = "/en/inquiries/ministry-of-education/"


@pytest.fixture
def write(client, monkeypatch, now):
    """Opens the form, waits a minute, sends it."""

    def send(path=FORM, later=timedelta(minutes=1), **changes):
        monkeypatch.setattr(clock, "now", lambda: now)
        html = client.get(path).content.decode()
        hidden = dict(re.findall(r'<input type="hidden" name="(stamp|page)" value="([^"]*)"', html))
        monkeypatch.setattr(clock, "now", lambda: now + later)
        return client.post(path, {"kind": "fault", "words": "The table is cut off.", **hidden, **changes})

    return send


def receipt_of(answer) -> tuple[str, str]:
    html = answer.content.decode()
    number, secret = re.findall(r"<strong>([-0-9A-Z]+)</strong>", html)
    return number, secret


def test_a_reader_writes_gets_a_number_and_sees_how_it_stands(education, client, write):
    page = find_page(education, "en", "about")
    answer = write(f"{FORM}?page={page.pk}")
    number, secret = receipt_of(answer)
    assert Inquiry.objects.get().page_title == page.title
    html = client.post("/en/inquiries/", {"number": number.lower(), "secret": secret}).content.decode()
    assert "Waiting for an answer" in html
    html = client.post("/en/inquiries/", {"number": number, "secret": "ABCD-EFGH-JKLM"}).content.decode()
    assert "There is no message with this number" in html
    assert "Waiting for an answer" not in html


def test_none_of_these_pages_is_kept(education, client, write):
    for answer in (client.get(FORM), write(), client.get("/en/inquiries/")):
        assert "Kopir-Keep" not in answer.headers
        assert "no-store" in answer.headers["Cache-Control"]


def test_a_form_is_taken_once(education, client, write, monkeypatch, now):
    write()
    sent = client.get(FORM)
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=2))
    data = {"kind": "question", "words": "Q", "stamp": sent.context["form"].initial["stamp"]}
    assert client.post(FORM, data).context.get("number")
    assert "This was sent already" in client.post(FORM, data).content.decode()


def test_what_was_wrong_is_said_with_what_was_typed(education, write):
    html = write(words="", address="reader@example.org").content.decode()
    assert "Fill this in." in html
    assert 'value="reader@example.org"' in html
    assert not Inquiry.objects.exists()


def test_a_program_is_stopped(education, write):
    assert write(nickname="x").context.get("number") is None
    assert write(later=timedelta(seconds=1)).context.get("number") is None
    assert not Inquiry.objects.exists()


def test_one_address_sends_five_in_an_hour(education, write):
    assert [write().status_code for _ in range(6)] == [200] * 5 + [429]
    assert Inquiry.objects.count() == 5


def test_a_secret_cannot_be_tried_often(education, client, write):
    number, _secret = receipt_of(write())
    tries = [client.post("/en/inquiries/", {"number": number, "secret": "ABCD"}).status_code for _ in range(11)]
    assert tries == [200] * 10 + [429]


def test_nobody_who_signed_in_is_named(education, write):
    acting.act_as(Actor("person", id="5", name="Аружан", address="192.0.2.7"))
    write()
    row = Row.objects.filter(action="inquiries.send").get()
    assert (row.actor_kind, row.actor_id) == ("anonymous", "")
    assert "192.0.2.7" not in (row.origin or "")


@pytest.mark.parametrize("page", ["", "x", "999999", "-1"])
def test_a_page_that_is_none_is_left_out(education, client, page):
    answer = client.get(f"{FORM}?page={page}")
    assert answer.status_code == 200
    assert answer.context["page"] is None


def test_there_is_no_form_where_there_is_no_open_website(education, client):
    assert client.get("/en/inquiries/no-such-site/").status_code == 404
    education.state = WebsiteState.ARCHIVED
    education.save()
    assert client.get(FORM).status_code in {404, 409, 410}


def test_what_was_written_is_no_markup(education, write):
    html = write(words="", address="<script>alert(1)</script>").content.decode()
    assert "<script>alert" not in html
