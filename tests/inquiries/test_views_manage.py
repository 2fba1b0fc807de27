"""The administration of messages: only those of the own body, answered once."""

from __future__ import annotations

import pytest

import acting
from kopir.base.actors import ANONYMOUS, Role
from kopir.inquiries import actions
from kopir.inquiries.models import Inquiry, Kind

LIST = "/en/manage/inquiries/"


@pytest.fixture
def inquiry(education, now) -> Inquiry:
    actions.send_inquiry(
        website=education,
        page=None,
        kind=Kind.QUESTION,
        words="When are you open? <b>x</b>",
        address="reader@example.org",
        language="en",
        once="a",
        actor=ANONYMOUS,
        now=now,
    )
    return Inquiry.objects.get()


def test_an_officer_reads_and_answers(inquiry, client, reader):
    acting.act_as(reader())
    assert inquiry.number[:4] in client.get(LIST).content.decode()
    html = client.get(f"{LIST}{inquiry.pk}/").content.decode()
    assert "When are you open? &lt;b&gt;x&lt;/b&gt;" in html
    assert "reader@example.org" not in html, "the address stays hidden"
    assert client.post(f"{LIST}{inquiry.pk}/", {"text": "From nine."})["Location"] == LIST
    assert inquiry.number[:4] not in client.get(LIST).content.decode()
    assert inquiry.number[:4] in client.get(f"{LIST}?all=1").content.decode()
    assert "From nine." in client.get(f"{LIST}{inquiry.pk}/").content.decode()


def test_the_second_answer_is_refused(inquiry, client, reader):
    acting.act_as(reader(Role.PUBLISHER))
    client.post(f"{LIST}{inquiry.pk}/", {"text": "From nine."})
    assert "answered already" in client.post(f"{LIST}{inquiry.pk}/", {"text": "From ten."}).content.decode()


def test_the_almost_right_person_sees_nothing(inquiry, finance, client, reader, operator):
    acting.act_as(reader(slug="ministry-of-finance"))
    assert inquiry.number[:4] not in client.get(f"{LIST}?all=1").content.decode()
    assert client.get(f"{LIST}{inquiry.pk}/").status_code == 404
    assert client.post(f"{LIST}{inquiry.pk}/", {"text": "x"}).status_code == 404
    for actor in (operator, reader(Role.AUDITOR), ANONYMOUS):
        acting.act_as(actor)
        for path in (LIST, f"{LIST}{inquiry.pk}/"):
            assert client.get(path).status_code == 403
