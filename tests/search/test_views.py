"""The search page: what is found and how it is narrowed, and a right answer to whatever stands in the address."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from kopir.base.access import get_decision
from kopir.search import views
from kopir.search.registry import FACETS, SITES
from people import browser
from shelves import keep_up


@pytest.fixture
def ask(shelf, settings):
    FACETS.add("topic", "Topic")
    SITES.add("tests", lambda ids: {7: "Ministry of water", 8: "Ministry of trade"})

    def get(text="", language="en", **more):
        return browser().get(f"/{language}/search/", {"q": text, **more})

    return get


def text_of(answer):
    return answer.content.decode()


def test_it_is_open_to_everybody_on_every_host():
    decision = get_decision(views.search_page)
    assert (decision.who, decision.hosts) == ("everyone", "any")


def test_without_words_there_is_the_box_alone(ask):
    keep_up()
    page = text_of(ask())
    assert 'name="q"' in page
    assert "result" not in page.partition("<main")[2].replace("search-results", "")


def test_what_is_found_is_shown_with_marks_kind_and_day(ask, shelf):
    shelf.put("1", "Water & bridges", "The reservoir <b>gives</b> water.", language="en", date=date(2026, 3, 5))
    keep_up()
    page = text_of(ask("waters"))
    assert '<a class="govuk-link" href="/en/notes/1/"><mark>Water</mark> &amp; bridges</a>' in page
    assert "The reservoir &lt;b&gt;gives&lt;/b&gt; <mark>water</mark>." in page
    assert "Notes · 5 March 2026" in page
    assert "1 result<" in page
    assert 'value="waters"' in page


def test_each_find_says_of_which_website_it_is_where_many_are_asked(ask, shelf):
    shelf.put("1", "Contacts", language="en", site=7, date=date(2026, 3, 5))
    keep_up()
    assert "Notes · Ministry of water · 5 March 2026" in text_of(ask("contacts"))
    assert "Notes · 5 March 2026" in text_of(ask("contacts", site="7"))


def test_it_is_narrowed_by_links(ask, shelf):
    shelf.put("1", "Water one", language="en", site=7, date=date(2025, 1, 1), facets={"topic": ["rivers"]})
    shelf.put("2", "Water two", language="en", site=8, kind="letter", date=date(2026, 12, 31))
    keep_up()
    page = text_of(ask("water"))
    for words in ("Ministry of water", "Ministry of trade", "Letters", "?q=water&amp;year=2025"):
        assert words in page
    assert page.index('href="#narrow"') < page.index("/en/notes/1/") < page.index('id="narrow"'), "finds come first"
    for narrowed in ({"site": "7"}, {"kind": "note"}, {"year": "2025"}, {"topic": "rivers"}):
        page = text_of(ask("water", **narrowed))
        assert "/en/notes/1/" in page, narrowed
        assert "/en/notes/2/" not in page, narrowed
    assert "Remove" in text_of(ask("water", kind="note"))


def test_pages_keep_what_was_asked(ask, shelf):
    for number in range(25):
        shelf.put(str(number), f"Water {number}", language="en", site=7 + number % 2)
    keep_up()
    page = text_of(ask("water", site="7", page="2"))
    assert page.count("search-hit__title") == 3
    assert "site=7&amp;page=1" in page
    assert 'rel="next"' not in page


def test_nothing_found_says_what_to_do(ask, shelf):
    shelf.put("1", "Water", language="en")
    shelf.put("2", "Вода", language="ru")
    keep_up()
    page = text_of(ask("qqqq"))
    assert "Nothing was found for “qqqq”" in page
    assert "Write fewer words" in page
    assert "Search everything" not in page
    assert "Search everything" in text_of(ask("water", kind="letter"))
    page = text_of(ask("вода"))
    assert 'href="/ru/search/?q=%D0%B2%D0%BE%D0%B4%D0%B0" hreflang="ru"' in page


def test_a_better_spelling_is_a_link(ask, shelf):
    shelf.put("1", "Passport", language="en")
    keep_up()
    assert '<a class="govuk-link" href="/en/search/?q=passport">passport</a>?' in text_of(ask("pasprot"))


def test_what_only_comes_near_is_called_so(ask, shelf):
    shelf.put("1", "Reservoir", language="en")
    keep_up()
    page = text_of(ask("reservoir qqqqqqqq wwwwwwww zzzzzzzz"))
    assert "Nothing fits exactly" in page
    assert "/en/notes/1/" in page


def test_where_the_index_is_missing_the_page_says_so(ask):
    answer = ask("water")
    assert answer.status_code == 503
    assert "Search does not work at this moment. Please try again in a few minutes." in text_of(answer)


@pytest.mark.parametrize(
    "more",
    [
        {"page": "0"},
        {"page": "-1"},
        {"page": "9" * 30},
        {"page": "x"},
        {"page": "٣"},
        {"site": "9" * 18},
        {"site": "1 OR 1"},
        {"year": "0"},
        {"year": "99999"},
        {"year": "9999"},
        {"kind": "\0"},
        {"kind": ["a"] * 100},
        {"topic": "x" * 5000},
    ],
)
def test_whatever_narrows_is_answered(ask, shelf, more):
    shelf.put("1", "Water", language="en")
    keep_up()
    assert ask("water", **more).status_code == 200


@pytest.mark.parametrize("text", ["x" * 10_000, "\0water", "%00%ff", "<script>alert(1)</script>", '"><img src=x>'])
def test_hostile_words_are_shown_as_words(ask, shelf, text):
    shelf.put("1", "Water <script>alert(1)</script>", text, language="en")
    keep_up()
    answer = ask(text)
    assert answer.status_code == 200
    main = text_of(answer).partition("<main")[2].partition("</main>")[0]
    assert "<script" not in main
    assert "<img" not in main


def test_bytes_that_are_no_text_are_answered(ask):
    keep_up()
    assert browser().get("/en/search/?q=%ff%fe%ed%a0%80").status_code == 200


def test_nothing_is_written_and_only_reading_is_allowed(ask):
    keep_up()
    assert browser().post(reverse("search:search"), {"q": "a"}).status_code == 405
    answer = ask("water")
    assert not answer.cookies
    assert "csrf" not in text_of(answer)


def test_only_what_a_reader_looks_for_in_vain_counts(ask, monkeypatch, settings):
    keep_up()
    told = []
    monkeypatch.setattr("kopir.search.queries.emit", told.append)
    staff = browser()
    staff.cookies[settings.KOPIR_STAFF_COOKIE_NAME] = "1"
    staff.get("/en/search/", {"q": "qqqq"})
    browser("curl/8").get("/en/search/", {"q": "qqqq"})
    browser().head("/en/search/", {"q": "qqqq"})
    browser().get("/en/search/", {"q": "qqqq"}, headers={"sec-purpose": "prefetch"})
    assert told == []
    ask("qqqq")
    assert [event.text for event in told] == ["qqqq"]


def test_who_comes_from_a_website_stays_there_until_they_search_everything(ask):
    keep_up()
    page = text_of(ask(site="7"))
    assert '<span class="govuk-caption-l">Ministry of water</span>' in page
    assert '<input type="hidden" name="site" value="7">' in page
    assert 'href="/en/search/?q="' in page
    for nobodys in ("9", "x", ""):
        assert 'name="site"' not in text_of(ask(site=nobodys))
