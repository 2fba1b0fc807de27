"""Each public type of page as Chromium shows it: nothing for axe to find, no sideways scroll, no tiny target."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import pytest

from browser import HOST, WIDTHS, find_faults, find_small_targets, scrolls_sideways
from kopir.websites.actions import publish_page
from kopir.websites.actions.media import make_renditions_of
from kopir.websites.models import DatasetPage, DivisionPage, DocumentPage, PersonPage, SectionPage
from kopir.websites.queries import find_page
from sitemedia import change, listed, put_file, put_picture, write_news
from sitetypes import FIELDS, write_page

LONG = "Мемлекеттік органдардың ақпараттандырылуындағы қауіпсіздендірілмегендіктеріңіздерден"
LOOKS = ("size-200.spacing-wide", "colors-black", "pictures-off")
TABLE = "Облыс;Халқы;Үлесі\nАлматы;1 500 300;12,5 %\nТүркістан облысының аудандары;2 100 000;—\n"
PATHS = ("", "news/", "news/bridge/", "about/", "about/head/", "acts/", "acts/order/", "contacts/")


def blocks(image, document, film, words):
    """Every block once, in an order that a page could have."""
    return [
        {
            "type": "paragraph",
            "value": f"<p>{LONG}. <b>Мерзімі</b> — <a href='https://adilet.zan.kz/'>«Әділет»</a>.</p>",
        },
        {"type": "heading", "value": {"text": f"Бөлім: {LONG}", "level": "2"}},
        {"type": "picture", "value": {"image": image.pk, "text": "Су үстіндегі көпір", "caption": "Шу өзені"}},
        {"type": "steps", "value": listed({"title": "Өтініш", "text": "<p>Қолмен</p>"}, {"title": LONG, "text": ""})},
        {"type": "heading", "value": {"text": "Кіші бөлім", "level": "3"}},
        {"type": "table", "value": {"caption": "Облыстар халқы", "cells": TABLE, "source": "Ұлттық статистика бюросы"}},
        {
            "type": "numbers",
            "value": listed({"number": "2 100 000", "text": LONG}, {"number": "12,5 %", "text": "өсім"}),
        },
        {"type": "facts", "value": listed({"key": LONG, "value": "1992"}, {"key": "Орны", "value": LONG})},
        {"type": "quote", "value": {"text": "Су — өмір.", "source": "Мақал"}},
        {"type": "inset", "value": {"text": "<p>Қабылдау болмайды.</p>"}},
        {"type": "questions", "value": listed({"question": "Қашан?", "answer": "<p>Ертең</p>"})},
        {"type": "contact", "value": {"name": LONG, "phone": "+7 7172 74 00 00", "email": "office@edu.example"}},
        {
            "type": "service",
            "value": {
                "title": "Анықтама",
                "text": "Бес күнде",
                "button": "Анықтама алу",
                "address": "https://x.example/",
            },
        },
        {"type": "video", "value": {"title": "Көпір", "file": film.pk, "subtitles": words.pk, "text": "<p>Сөз</p>"}},
        {"type": "files", "value": listed(document.pk)},
        {"type": "cards", "value": listed({"title": LONG, "text": "", "page": None, "address": "https://x.example/"})},
    ]


@pytest.fixture
def site(visitor, education, system, now):
    """A website with a page of each type, full of long words."""
    image, document = put_picture(education, system, now), put_file(education, system, now)
    film = put_file(education, system, now, name="a.mp4", content=b"\0\0\0\x18ftypisom")
    words = put_file(education, system, now, name="a.vtt", content=b"WEBVTT\n")
    body = blocks(image, document, film, words)
    pages = [
        write_news(education, image=image, body=body, summary=LONG),
        write_news(education, slug="other", title=LONG),
        change(find_page(education, "kk", "about"), body=body),
        change(
            find_page(education, "kk", "about/head"),
            name="Сейткали Ерлан",
            photo=image,
            duties=f"<p>{LONG}</p>",
            phone="+7 7172 74 00 00",
            email="head@edu.example",
        ),
    ]
    about, home = find_page(education, "kk", "about"), find_page(education, "kk", "")
    acts = home.add_child(instance=SectionPage(title="Құжаттар", slug="acts", website=education, listing="documents"))
    about.add_child(instance=PersonPage(title=LONG, slug="deputy", website=education, live=False))
    order = DocumentPage(
        title=LONG, slug="order", website=education, kind="Бұйрық", number="12-НҚ", dated_on=date(2026, 1, 5),
        signatory="Е. Сейткали", file=document, live=False, body=body[:2],
    )  # fmt: skip
    acts.add_child(instance=order)
    for page in [*pages, order]:
        publish_page(page=page, actor=system, now=now)
        make_renditions_of(page.pk)
    visitor.expected += ["a.mp4"]
    return education


def test_axe_finds_nothing_on_any_type_of_page(visitor, site):
    for width, path in product(WIDTHS, PATHS):
        page = visitor.open(f"/kk/ministry-of-education/{path}", width=width)
        assert page.title(), path
        assert (path, width, find_faults(page)) == (path, width, [])
        assert (path, width, scrolls_sideways(page)) == (path, width, False)
        assert (path, width, find_small_targets(page)) == (path, width, [])
        page.close()


def test_axe_finds_nothing_for_who_sees_little(visitor, site):
    for look, path in product(LOOKS, ("", "news/bridge/", "about/head/")):
        cookie = {"name": "kopir-low-vision", "value": look, "domain": HOST, "path": "/"}
        visitor.context().add_cookies([cookie])
        page = visitor.open(f"/kk/ministry-of-education/{path}", width=360)
        assert (path, look, find_faults(page)) == (path, look, [])
        assert (path, look, scrolls_sideways(page)) == (path, look, False)
        page.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_on_the_further_types_and_their_listings(visitor, education, system, now, width):
    file = put_file(education, system, now, name="a.csv", content=b"a,b\n1,2\n")
    more: dict[Any, dict[str, Any]] = {
        DatasetPage: {"files": [{"type": "file", "value": {"file": file.pk, "text": LONG}}]}
    }
    pages = [write_page(model, education, **more.get(model, {})) for model in FIELDS]
    division = next(page for page in pages if isinstance(page, DivisionPage))
    division.add_child(instance=DivisionPage(title=LONG, slug="office", head=LONG))
    paths = dict.fromkeys(path for page in pages for path in (page.url_path, page.get_parent().url_path))
    for path in paths:
        page = visitor.open(path, width=width)
        assert page.title(), path
        assert (path, find_faults(page)) == (path, [])
        assert (path, scrolls_sideways(page)) == (path, False)
        assert (path, find_small_targets(page)) == (path, [])
        page.close()
