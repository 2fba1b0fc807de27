"""What is written is sealed and recorded without its words, answered once, and forgotten after its term."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kopir.audit.models import Row
from kopir.base.actors import ANONYMOUS, Role, system_actor
from kopir.base.errors import NotAllowedError
from kopir.inquiries import actions, queries, rules, sealed
from kopir.inquiries.errors import AnsweredAlreadyError, SentAlreadyError, UnknownInquiryError
from kopir.inquiries.models import Inquiry, Kind, State
from kopir.notices.models import Delivery
from kopir.notices.sending import open_words
from kopir.websites.queries import find_page

WORDS = "Менің телефоным 87001234567"


def send(website, now, once="a", address="reader@example.org", page=None):
    return actions.send_inquiry(
        website=website,
        page=page,
        kind=Kind.FAULT,
        words=WORDS,
        address=address,
        language="kk",
        once=once,
        actor=ANONYMOUS,
        now=now,
    )


def test_it_is_kept_sealed_with_a_number_that_can_be_read_aloud(education, now):
    page = find_page(education, "kk", "about")
    receipt = send(education, now, page=page)
    assert rules.is_number(receipt.number)
    inquiry = Inquiry.objects.get()
    kept = str(Inquiry.objects.values().get())
    for secret in (WORDS, "87001234567", "reader@example.org", receipt.secret):
        assert secret not in kept
    assert sealed.read(inquiry.words, "words") == WORDS
    assert inquiry.page_path == "/kk/ministry-of-education/about/"
    assert queries.get_by_receipt(receipt.number, receipt.secret) == inquiry


def test_it_is_recorded_without_a_word_of_it(education, now):
    send(education, now)
    row = Row.objects.latest("pk")
    assert (row.action, row.body_id) == ("inquiries.send", education.body_id)
    assert "87001234567" not in f"{row.before}{row.after}{row.origin}"
    assert "example.org" not in f"{row.before}{row.after}{row.origin}"


def test_a_form_counts_once_and_mails_nobody(education, now):
    send(education, now)
    with pytest.raises(SentAlreadyError):
        send(education, now)
    assert Inquiry.objects.count() == 1
    assert not Delivery.objects.exists(), "an address that a stranger typed gets nothing before a person answers"


def test_an_answer_goes_by_mail_and_is_recorded(education, reader, now):
    receipt = send(education, now)
    inquiry = Inquiry.objects.get()
    actions.answer_inquiry(inquiry=inquiry, text="Рақмет, түзетілді.", actor=reader(), now=now)
    delivery = Delivery.objects.get()
    words = open_words(delivery.sealed)
    assert delivery.address == "reader@example.org"
    assert "Рақмет, түзетілді." in words.text
    assert rules.grouped(receipt.number) in words.subject
    assert Row.objects.latest("pk").action == "inquiries.answer"
    with pytest.raises(AnsweredAlreadyError):
        actions.answer_inquiry(inquiry=inquiry, text="Тағы", actor=reader(), now=now)


def test_without_an_address_it_is_read_with_the_number(education, reader, now):
    receipt = send(education, now, address="")
    actions.answer_inquiry(inquiry=Inquiry.objects.get(), text="Рақмет", actor=reader(Role.EDITOR), now=now)
    assert not Delivery.objects.exists()
    found = queries.get_by_receipt(receipt.number, receipt.secret)
    assert (found.state, sealed.read(found.answer, "answer")) == (State.ANSWERED, "Рақмет")


def test_the_almost_right_person_answers_and_reads_nothing(education, finance, reader, operator, now):
    receipt = send(education, now)
    inquiry = Inquiry.objects.get()
    for actor in (reader(slug="ministry-of-finance"), reader(Role.AUDITOR), operator, ANONYMOUS):
        assert list(queries.list_inquiries(actor)) == []
        with pytest.raises(UnknownInquiryError):
            queries.get_inquiry(inquiry.pk, actor)
        with pytest.raises(NotAllowedError):
            actions.answer_inquiry(inquiry=inquiry, text="x", actor=actor, now=now)
    for number, secret in ((receipt.number, "ABCD"), ("ABCD", receipt.secret), ("", "")):
        with pytest.raises(UnknownInquiryError):
            queries.get_by_receipt(number, secret)


def test_after_its_term_nothing_of_it_can_be_read(education, reader, now):
    send(education, now)
    system, late = system_actor("tests"), now + rules.KEPT
    assert actions.forget_inquiries(actor=system, now=late) == 0
    assert actions.forget_inquiries(actor=system, now=late + timedelta(seconds=1)) == 1
    inquiry = Inquiry.objects.get()
    assert (inquiry.words, inquiry.address, inquiry.answer) == ("", "", "")
    assert Row.objects.latest("pk").action == "inquiries.forget"
    with pytest.raises(AnsweredAlreadyError):
        actions.answer_inquiry(inquiry=inquiry, text="x", actor=reader(), now=late)
    assert actions.forget_inquiries(actor=system, now=late + timedelta(days=1)) == 0
