"""Running text: what is converted, what is kept, and what a site's exceptions change."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kopir.script import RULES, Converter, ExceptionWordError, UnknownScriptError, find_rules

KAZAKH = Converter("kk", "Latn")
UZBEK = Converter("uz", "Cyrl")


def test_sentences():
    assert KAZAKH.convert_text("Бір данышпан кісі, Бағдат шаһарының қазысы.") == (
        "Bır danyşpan kısı, Bağdat şaharynyñ qazysy."
    )
    assert UZBEK.convert_text("Oʻzbekiston Respublikasi Prezidentining 2024-yil 5-maydagi qarori.") == (
        "Ўзбекистон Республикаси Президентининг 2024-йил 5-майдаги қарори."
    )


def test_each_language_has_one_source_and_one_other_script():
    assert [(rules.language, rules.source, rules.script, rules.tag) for rules in RULES] == [
        ("kk", "Cyrl", "Latn", "kk-Latn"),
        ("uz", "Latn", "Cyrl", "uz-Cyrl"),
    ]
    assert (KAZAKH.tag, KAZAKH.is_provisional, UZBEK.tag, UZBEK.is_provisional) == ("kk-Latn", True, "uz-Cyrl", False)


@pytest.mark.parametrize(("language", "script"), [("kk", "Cyrl"), ("uz", "Latn"), ("tg", "Latn"), ("KK", "Latn")])
def test_nothing_is_converted_back_and_no_other_language(language, script):
    with pytest.raises(
        UnknownScriptError, match=f"'{language}' in '{script}'; there is kk in Latn, uz in Cyrl"
    ) as caught:
        find_rules(language, script)
    assert (caught.value.language, caught.value.script) == (language, script)
    with pytest.raises(UnknownScriptError):
        Converter(language, script)


@pytest.mark.parametrize(
    "kept",
    [
        "https://egov.kz/қызмет",
        "бұйрық.pdf",
        "аты@пошта.қаз",
        "XXI",
        "ХХІ",
        "І",
        "А4",
        "5Г",
        "{аты}",
        "2026",
        "English",
    ],
)
def test_what_kazakh_text_keeps(kept):
    assert KAZAKH.convert_text(f"бұл {kept} ғой") == f"būl {kept} ğoi"


@pytest.mark.parametrize(
    "kept",
    [
        "https://my.gov.uz/xizmat",
        "my.gov.uz",
        "ism@gov.uz",
        "XXI",
        "V",
        "A4",
        "5G",
        "{name}",
        "Windows",
        "Тошкент",
        "2026",
    ],
)
def test_what_uzbek_text_keeps(kept):
    assert UZBEK.convert_text(f"bu {kept} edi") == f"бу {kept} эди"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("«Tong» va 'Tong', ‘Yangi tong’, \"tog'\"", "«Тонг» ва 'Тонг', ‘Янги тонг’, \"тоғ\""),
        ("I. Karimov, I bob", "И. Каримов, I bob".replace("bob", "боб")),
        ("XX-XXI asrlarda", "XX-XXI асрларда"),
        ("Kopir-1, 3ta, 10 km", "Копир-1, 3та, 10 км"),
        ("o‘", "ў"),
        ("", ""),
        ("’", "’"),
    ],
)
def test_quotations_initials_and_numbers(text, expected):
    assert UZBEK.convert_text(text) == expected


def test_kazakh_initials_are_no_numerals():
    assert KAZAKH.convert_text("Х. Досмұхамедов, ХІХ ғасыр") == "H. Dosmūhamedov, ХІХ ğasyr"


def test_exceptions_are_fixed_and_follow_the_capitals():
    converter = Converter("uz", "Cyrl", {"Gʻarb": "Ғарбий", "facebook": "Фейсбук", "egov": "eGov"})
    text = "g'arb G‘arb GʻARB Facebook FACEBOOK EGOV gʻarbda"
    assert converter.convert_text(text) == "Ғарбий Ғарбий ҒАРБИЙ Фейсбук ФЕЙСБУК eGov ғарбда"
    assert Converter("kk", "Latn", {"Факультет": "fakültet"}).convert_text("Факультет ФАКУЛЬТЕТ") == "Fakültet FAKÜLTET"


def test_exceptions_with_any_ending():
    converter = Converter("uz", "Cyrl", {"kopir*": "Көпір", "kopirlar*": "кўприклар", "facebook*": "Фейсбук"})
    assert converter.convert_text("Kopirning, KOPIR, kopirlarda") == "Көпірнинг, КӨПІР, кўприкларда"
    assert converter.convert_text("Facebookning") == "Фейсбукнинг"
    assert converter.convert_text("Facebookwiki kopi") == "Facebookwiki копи"


@pytest.mark.parametrize("word", ["", "*", "ikki soʻz", "Wi-Fi", "A4", "gov.uz", "*a", "a**"])
def test_an_exception_is_one_word(word):
    with pytest.raises(ExceptionWordError, match="one word of letters") as caught:
        Converter("uz", "Cyrl", {word: "x"})
    assert caught.value.word == word


def test_threads_share_a_converter():
    texts = [f"soʻz{'a' * (number % 50)} qoʻl" for number in range(500)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(UZBEK.convert_text, texts)) == [
            Converter("uz", "Cyrl").convert_text(text) for text in texts
        ]


@given(st.text() | st.text(alphabet="aoegʻ'’‘ʼnIXV.- &;#x27<бәіХ\u0306"))
def test_no_text_raises(text):
    for converter in (KAZAKH, UZBEK):
        converter.convert_text(text)
        converter.convert_html(text)


@given(st.text(alphabet="абвгдежийсучяюё әіңғүұқөһ.,-1"))
def test_no_kazakh_letter_is_left_in_small_words(text):
    assert not set(KAZAKH.convert_text(text)) & set("абвгдежийсучяюёәіңғүұқөһ") or any(sign in text for sign in "1.")


@given(st.sampled_from(["https://egov.kz/аты", "a.b@gov.kz", "Құжат.pdf", "{аты}", "А1"]), st.text(alphabet="аәб \n"))
def test_kept_spans_are_kept_in_any_text(kept, text):
    assert f" {kept} " in KAZAKH.convert_text(f"{text} {kept} {text}")
