"""Filters of the room's templates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.template import Context, Template
from django.utils.html import strip_tags
from django.utils.timezone import override

from kopir.websites.models import SectionPage
from kopir.websites.templatetags.websites import address_filter, card_address, large, period, portrait, small


def test_a_link_within_a_site_has_no_host_and_a_card_has(education):
    page = SectionPage.objects.get(url_path="/ru/ministry-of-education/about/")
    assert address_filter(page) == "/ru/ministry-of-education/about/"
    assert card_address({"page": page}) == "http://kz.localhost/ru/ministry-of-education/about/"
    page.unpublish()
    assert card_address({"page": page, "address": "https://a.example/"}) == "https://a.example/"
    assert card_address({"page": None}) == ""


def test_no_picture_is_none():
    assert small(None) is portrait(None) is large(None) is None


def test_a_period_says_a_day_once():
    begins = datetime(2026, 3, 5, 10, tzinfo=UTC)
    assert strip_tags(period(begins, begins + timedelta(hours=2))) == "5 March 2026, 10:00–12:00"
    assert strip_tags(period(begins, begins + timedelta(days=1))) == "5 March 2026, 10:00 – 6 March 2026, 10:00"


def test_an_instant_is_that_of_the_country_in_words_and_for_programs():
    late, line = datetime(2026, 3, 5, 22, tzinfo=UTC), Template("{% load websites %}{{ at|when }}")
    shown = line.render(Context({"at": late}))
    assert strip_tags(shown) == "5 March 2026, 22:00"
    with override("Asia/Almaty"):
        shown = Template("{% load websites %}{{ at|when }}").render(
            Context({"at": datetime(2026, 3, 5, 22, tzinfo=UTC)})
        )
    assert strip_tags(shown) == "6 March 2026, 03:00"
    assert 'datetime="2026-03-06T03:00:00+05:00"' in shown


def test_a_fact_without_a_value_is_no_line():
    line = Template('{% load websites %}{% fact "Place" place "location" %}')
    assert line.render(Context({"place": ""})).strip() == ""
    assert 'itemprop="location">Астана &lt;' in line.render(Context({"place": "Астана <"}))
