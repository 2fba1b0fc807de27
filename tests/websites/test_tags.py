"""Listings that hold a page, as its row is."""

from __future__ import annotations

from uuid import UUID

from kopir.websites import tags

KEY = UUID(int=7)
NEWS = {
    "live": True,
    "path": "00010001000200030004",
    "depth": 5,
    "url_path": "/kk/water/news/a/",
    "website_id": 3,
    "locale_id": 1,
    "translation_key": KEY,
    "show_in_menus": True,
    "listed": "news",
    "place": ("2026-03-01",),
}


def names(row) -> set[str]:
    return {tag for tag, _place in tags.listings_of(row)}


def test_news_stand_below_their_section_and_among_the_news():
    assert names(NEWS) == {
        tags.at("/kk/water/news/a/"),
        tags.children_of("/kk/water/news/"),
        tags.content(KEY),
        tags.pages_of(3),
        tags.listed_of("news", 3, 1),
    }


def test_the_menu_holds_what_is_right_below_the_home_page():
    entry = {**NEWS, "path": NEWS["path"][:16], "depth": 4, "listed": ""}
    assert tags.menu_of(3, 1) in names(entry)
    assert tags.menu_of(3, 1) not in names({**entry, "show_in_menus": False})


def test_another_day_is_another_place():
    moved = tags.listings_of(NEWS) ^ tags.listings_of({**NEWS, "place": ("2026-02-01",)})
    assert {tag for tag, _place in moved} == {tags.children_of("/kk/water/news/"), tags.listed_of("news", 3, 1)}


def test_what_is_not_shown_is_in_no_listing():
    assert names({**NEWS, "live": False}) == set()
