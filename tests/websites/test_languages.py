"""Languages and scripts as machines name them."""

from __future__ import annotations

import pytest

from kopir.websites.languages import in_script, list_alternates


@pytest.mark.parametrize(
    ("country", "tags"),
    [
        ("kz", ["kk-Cyrl", "kk-Latn", "ru", "en"]),
        ("tj", ["tg", "ru", "en"]),
        ("uz", ["uz-Latn", "uz-Cyrl", "ru", "en"]),
    ],
)
def test_each_language_and_script_of_the_country_is_named_once(settings, country, tags):
    settings.KOPIR_COUNTRY = country
    addresses = {code: f"https://x.example/{code}/a/" for code in ("kk", "tg", "uz", "ru", "en")}
    assert [tag for tag, _address in list_alternates(addresses)] == tags


def test_what_a_content_lacks_is_left_out(settings):
    settings.KOPIR_COUNTRY = "kz"
    assert list(list_alternates({"ru": "https://x.example/ru/"})) == [("ru", "https://x.example/ru/")]


def test_only_the_segment_of_the_language_changes():
    assert in_script("https://x.example/kk/a/kk/b/", "kk", "Latn") == "https://x.example/kk-latn/a/kk/b/"
