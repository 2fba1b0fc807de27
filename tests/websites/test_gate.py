"""The gate: each rule with a page that passes and one that fails by a single fault; publishing waits for repairs."""

from __future__ import annotations

import json
from datetime import date

import pytest

from kopir.audit.models import Row
from kopir.websites.actions import publish_page
from kopir.websites.errors import GateError
from kopir.websites.gate import Finding, findings_for_admin, judge
from kopir.websites.gate.findings import MUST, SHOULD
from kopir.websites.models import HomePage, NewsPage, PersonPage, SiteImage
from kopir.websites.queries import get_home
from sitemedia import listed, write_news

pytestmark = pytest.mark.django_db
"""A page asks for the number of its type, which only some other tests leave in memory."""


def heading(text="Бөлім", level="2"):
    return {"type": "heading", "value": {"text": text, "level": level}}


def paragraph(html):
    return {"type": "paragraph", "value": html}


def page(*body, **fields):
    facts = {"title": "Көпір ашылды", "summary": "Қысқаша", "happened_on": date(2026, 3, 1)}
    return NewsPage(**{**facts, "body": list(body), **fields})


def codes(*body, **fields):
    return [finding.code for finding in judge(page(*body, **fields))]


def test_a_good_page_has_no_findings():
    text = '<p>Толық мәтін <a href="https://adilet.zan.kz/">«Әділет» жүйесінде</a>, <b>мерзімі</b> — бес күн.</p>'
    assert codes(heading(), paragraph(text), heading("Кіші", "3"), heading("Тағы", "2")) == []


@pytest.mark.parametrize(
    ("levels", "expected"),
    [("2", []), ("23", []), ("2332", []), ("3", ["heading_level"]), ("233", []), ("32", ["heading_level"])],
)
def test_no_level_of_headings_is_skipped(levels, expected):
    assert codes(*(heading(level=level) for level in levels)) == expected


@pytest.mark.parametrize("text", ["", "  ", "\N{NO-BREAK SPACE}", "\N{ZERO WIDTH SPACE}\N{WORD JOINER}"])
def test_a_heading_has_words(text):
    assert codes(heading(text)) == ["heading_empty"]


@pytest.mark.parametrize(
    "text",
    [
        "here",
        "Мында",
        "осы жерде",
        "ин ҷо",
        "Дар ин ҷо",
        "Bu yerda",
        "здесь",
        "Подробнее…",
        "подробнее »",
        " HERE ",
        "Batafsil",
    ],
)
def test_a_link_says_where_it_leads(text):
    assert codes(paragraph(f'<p>Ереже <a href="https://x.example/">{text}</a> жазылған.</p>')) == ["link_words"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://adilet.zan.kz/kaz/docs/V2500035902", ["link_bare"]),
        ("www.gov.kz", ["link_bare"]),
        ("adilet.zan.kz/kaz", ["link_bare"]),
        ("egov.kz", []),
        ("Осы жерде өтетін жиналыс", []),
        ("Здесь живут", []),
        ("<b>мұнда</b>", ["link_words"]),
        ("", ["link_empty"]),
        (" \N{NO-BREAK SPACE}", ["link_empty"]),
    ],
)
def test_words_of_links(text, expected):
    assert codes(paragraph(f'<p>Қараңыз: <a href="https://x.example/">{text}</a>.</p>')) == expected


def test_links_are_read_wherever_texts_stand():
    link = '<p>Қараңыз: <a linktype="page" id="3">осында</a></p>'
    assert codes({"type": "inset", "value": {"text": link}}) == ["link_words"]
    assert codes({"type": "questions", "value": listed({"question": "Неге?", "answer": link})}) == ["link_words"]
    person = PersonPage(title="Министр", duties=link, biography="<p>Туған жылы</p>")
    assert [(finding.code, finding.where) for finding in judge(person)] == [("link_words", "duties")]


def test_cards_say_where_they_lead():
    card = {"title": "Толығырақ", "text": "", "page": None, "address": "https://x.example/"}
    assert codes({"type": "cards", "value": listed(card)}) == ["link_words"]
    assert codes({"type": "cards", "value": listed({**card, "title": "Мекенжай", "address": ""})}) == ["card_target"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Екі адам құжатқа қол қойып жатыр", []),
        ("", ["alt_missing"]),
        ("  ", ["alt_missing"]),
        ("IMG_2043.JPG", ["alt_empty"]),
        ("IMG 2043", ["alt_empty"]),
        ("image", ["alt_empty"]),
        ("Сурет.", ["alt_empty"]),
        ("расм", ["alt_empty"]),
        ("Акс", ["alt_empty"]),
        ("Изображение", ["alt_empty"]),
        ("foto.png", ["alt_empty"]),
        ("Сурет көрмесінің ашылуы", []),
    ],
)
def test_a_picture_is_described(text, expected):
    value = {"image": None, "text": text, "is_decoration": False, "caption": ""}
    assert codes({"type": "picture", "value": value}) == expected
    assert codes({"type": "picture", "value": {**value, "is_decoration": True}}) == []
    assert codes(image=SiteImage(collection_id=1, description=text)) == expected


def test_the_photo_of_a_person_is_that_of_the_person():
    assert judge(PersonPage(title="Министр", photo=SiteImage(collection_id=1, description=""))) == []
    [finding] = judge(PersonPage(title="Министр", photo=SiteImage(collection_id=1, description="DSC_0001")))
    assert finding.code == "alt_empty"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Бір</p><p>Екі</p>", []),
        ("<p>Бір</p><p></p><p>Екі</p>", ["spacing"]),
        ("<p>Бір</p><p>&nbsp;</p>", ["spacing"]),
        ("<p></p>", []),
        ("<p><b>Мақсаты</b></p><p>Мәтін</p>", ["bold_heading"]),
        ("<p><b>Мақсаты:</b> мәтін</p>", []),
    ],
)
def test_paragraphs_are_text_and_nothing_else(html, expected):
    assert codes(paragraph(html)) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("ЖАҢА КӨПІР АШЫЛДЫ", ["capitals"]),
        ("ПӮЛИ НАВ КУШОДА ШУД", ["capitals"]),
        ("YANGI KOʻPRIK OCHILDI", ["capitals"]),
        ("ЕАЭО және БСҰ", []),
        ("АҚПАРАТ", []),
        ("ЮНЕСКО 2026", []),
    ],
)
def test_titles_do_not_shout(title, expected):
    assert codes(title=title) == expected


def test_news_have_a_summary():
    assert codes(summary=" ") == ["summary"]


@pytest.mark.django_db
def test_colors_are_read_on_white(education):
    home = get_home(education, "kk")
    assert isinstance(home, HomePage)
    assert judge(home) == []
    home.website.body.colors = {"brand": "#ffee88"}
    assert [finding.code for finding in judge(home)] == ["contrast"]


def test_every_finding_has_its_sentence():
    for code in [*MUST, *SHOULD]:
        finding = Finding(code, "x", "y" * 300)
        assert "{" not in str(finding.message)
        assert len(str(finding.message)) < 250
        assert str(finding.message).endswith(".")


def test_the_administration_sees_the_worst_first():
    found = findings_for_admin(page(paragraph('<p><a href="/">мында</a></p>'), title="ЖАҢА КӨПІР АШЫЛДЫ"))
    assert [(one["code"], one["is_must"]) for one in found] == [("link_words", True), ("capitals", False)]


@pytest.fixture
def faulty(education):
    """A draft with a link that says nothing."""
    return write_news(education, body=[paragraph('<p><a href="https://x.example/">мында</a></p>')])


@pytest.mark.parametrize("reason", ["", "   ", "Себебі.", "         ."])
def test_what_must_be_repaired_is_not_published(faulty, system, now, reason):
    with pytest.raises(GateError) as caught:
        publish_page(page=faulty, actor=system, now=now, reason=reason)
    assert [finding.code for finding in caught.value.findings] == ["link_words"]
    assert "мында" in caught.value.message()
    faulty.refresh_from_db()
    assert not faulty.live


def test_a_written_reason_lets_it_through_and_stands_in_the_record(faulty, system, now):
    publish_page(page=faulty, actor=system, now=now, reason="  Заңның мәтіні осылай жазылған. ")
    faulty.refresh_from_db()
    assert faulty.live
    after = json.loads(Row.objects.get(action="websites.publish_page").after or "")
    assert after["reason"] == "Заңның мәтіні осылай жазылған."
    assert after["findings"] == ["link_words"]


def test_what_should_be_better_stops_nothing(education, system, now):
    publish_page(page=write_news(education, summary="", title="ЖАҢА КӨПІР АШЫЛДЫ"), actor=system, now=now)
    assert "reason" not in (Row.objects.get(action="websites.publish_page").after or "")


def test_what_is_judged_is_what_would_be_shown(faulty, system, now):
    """An older draft with the fault, a newer one without."""
    old = faulty.latest_revision
    faulty.body = [{"type": "paragraph", "value": "<p>Жақсы</p>"}]
    faulty.save_revision()
    with pytest.raises(GateError):
        publish_page(page=faulty, actor=system, now=now, revision=old)
    publish_page(page=faulty, actor=system, now=now)
