"""The frame: languages to choose, and whose colors it has."""

from __future__ import annotations

from types import SimpleNamespace

from kopir.design.page import Choice, find_theme_address, list_languages
from kopir.design.theme import get_theme_address

LANGUAGES = [("kk", "Қазақша"), ("ru", "Русский")]


def test_each_language_leads_to_the_same_page():
    assert list_languages(LANGUAGES, "/kk/low-vision/?next=/kk/", "kk") == [
        Choice("kk", "Қазақша", "/kk/low-vision/?next=/kk/", is_current=True),
        Choice("ru", "Русский", "/ru/low-vision/?next=/kk/"),
    ]


def test_where_there_is_no_page_the_other_language_begins_at_its_start():
    assert [choice.address for choice in list_languages(LANGUAGES, "/kk/no/such/page", "kk")] == [
        "/kk/no/such/page",
        "/ru/",
    ]


def test_the_first_with_colors_lends_them():
    body, country = SimpleNamespace(colors={"brand": "#0f5c3f"}), SimpleNamespace(colors={"brand": "#0b4a6f"})
    assert find_theme_address(body, country) == get_theme_address(body.colors)
    assert find_theme_address(SimpleNamespace(colors={}), country) == get_theme_address(country.colors)
    assert find_theme_address(None, country) == get_theme_address(country.colors)
    assert find_theme_address(None, SimpleNamespace()) == ""


def test_colors_that_cannot_be_read_do_not_bring_pages_down(caplog):
    assert find_theme_address(SimpleNamespace(colors={"brand": "#ffff00"})) == ""
    assert "brand is faint" in caplog.text
