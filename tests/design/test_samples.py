"""Sample words: of the languages of the region, and not English."""

from __future__ import annotations

from kopir.design.samples import get_samples


def test_every_sample_is_used_by_an_example_or_another():
    assert {"facts", "many", "news_picture", "papers"} <= set(get_samples())


def test_there_are_letters_of_every_language():
    text = str(get_samples()["facts"]) + str(get_samples()["table_rows"]) + str(get_samples()["sides"])
    assert set("Қңөқі") <= set(text)
    assert "gʻ" in text
    assert set("Ҳҷ") <= set(text)
