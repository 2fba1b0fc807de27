"""What is kept and what is a word."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kopir.script.spans import pattern_of_words

PLAIN = pattern_of_words("['ʻ]")
HTML = pattern_of_words("['ʻ]|&\\#x27;", html=True)


def words(pattern, text):
    return [match[0] for match in pattern.finditer(text) if match.lastgroup is not None]


@pytest.mark.parametrize(
    "kept",
    [
        "https://my.gov.uz/uz/service?id=a#b",
        "mailto:ism@gov.uz",
        "tel:+998712000000",
        "www.gov.uz/uz",
        "ism.sharif+x@mail.gov.uz",
        "my.gov.uz",
        "MY.GOV.UZ",
        "localhost.dev:8000/yoʻl",
        "қаз.қаз",
        "hisobot-2026.final.pdf",
        "Бұйрық.docx",
        "/uz/xizmat/ariza",
        "@davlat",
        "#yangilik",
        "{name}",
        "{}",
        "%(name)s",
        "A4",
        "AB1234567",
        "5G",
        "3Д",
        "a_b",
        "_x",
        "КЗ12аб",
    ],
)
def test_these_are_kept_whole(kept):
    assert words(PLAIN, f"ab {kept} cd") == ["ab", "cd"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("va/yoki", ["va", "yoki"]),
        ("2024-yil", ["yil"]),
        ("3ta", ["ta"]),
        ("oʻzbek, tog'", ["oʻzbek", "tog'"]),
        ("tugadi.Yangi gap", ["tugadi", "Yangi", "gap"]),
        ("ota-ona", ["ota", "ona"]),
        ("'Tong'", ["Tong'"]),
        ("XX-XXI", ["XX", "XXI"]),
        ("50%", []),
        ("a & b", ["a", "b"]),
        ("и\u0306ә", ["и\u0306ә"]),
    ],
)
def test_these_are_words(text, expected):
    assert words(PLAIN, text) == expected


def test_only_html_has_references_and_tags():
    assert words(HTML, "o&#x27;z &nbsp;&laquo;ab&raquo; &amp;cd &#1179;ef <b>") == ["o&#x27;z", "ab", "cd", "ef"]
    assert words(PLAIN, "AT&T; <b>") == ["AT", "T", "b"]


@given(st.text())
def test_words_are_what_they_are_and_nothing_is_lost(text):
    for pattern in (PLAIN, HTML):
        assert pattern.sub(lambda match: match[0], text) == text


@pytest.mark.parametrize(
    "part",
    ["a.", "-", "a-", "_", "a_", "@", "a@", "/", "/a", "{", "{a", "&", "&a", "<", "1", "1a", "a1", ".", "'", "a'"],
)
def test_hostile_repetition_takes_linear_time(part):
    begun = time.perf_counter()
    words(HTML, part * (200_000 // len(part)))
    assert time.perf_counter() - begun < 5, "a pattern looks at the same characters again and again"
