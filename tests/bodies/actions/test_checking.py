"""What a body's fields may hold, field by field."""

from __future__ import annotations

import pytest

from kopir.bodies.actions.checking import check_fields
from kopir.bodies.errors import UnfitFieldError, WrongNumberError

OFFICE = {"days": [1, 2, 3], "opens": "09:00", "closes": "18:00"}


@pytest.fixture(autouse=True)
def in_kazakhstan(settings):
    settings.KOPIR_COUNTRY = "kz"


def test_texts_are_trimmed_and_empty_ones_left_out():
    texts = {"kk": "  Абай  көшесі ", "ru": "улица Абая", "en": "Abay Street"}
    assert check_fields({"postal_address": texts}, kind="x")["postal_address"]["kk"] == "Абай көшесі"
    assert check_fields({"head": {"kk": " ", "ru": ""}}, kind="x")["head"] == {}


def test_a_number_is_normalized():
    assert check_fields({"code": "0612 4001 6016"}, kind="x")["code"] == "061240016016"
    assert check_fields({"code": " "}, kind="x")["code"] == ""


@pytest.mark.parametrize("hours", [[], [OFFICE], [OFFICE | {"pause": ["12:00", "13:00"]}, OFFICE | {"days": [6]}]])
def test_hours(hours):
    assert check_fields({"hours": hours}, kind="x")["hours"] == hours


@pytest.mark.parametrize(
    "line",
    [
        {},
        OFFICE | {"days": []},
        OFFICE | {"days": [8]},
        OFFICE | {"days": [True]},
        OFFICE | {"opens": "9:00"},
        OFFICE | {"closes": "24:00"},
        OFFICE | {"closes": "09:00"},
        OFFICE | {"pause": ["13:00"]},
        OFFICE | {"pause": ["19:00", "20:00"]},
        OFFICE | {"pause": "lunch"},
        OFFICE | {"note": "<b>"},
        "always",
    ],
)
def test_hours_that_are_none(line):
    with pytest.raises(UnfitFieldError, match="Write the hours"):
        check_fields({"hours": [line]}, kind="x")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"duties": {"kk": "x" * 1001, "ru": "x", "en": "x"}}, "too long"),
        ({"duties": {"kk": "x"}}, "Missing: Русский, English"),
        ({"site": "javascript:alert(1)"}, "https://"),
        ({"phone": "+"}, "digits"),
        ({}, "what kind"),
    ],
)
def test_what_is_said_of_others(fields, said):
    with pytest.raises(UnfitFieldError, match=said):
        check_fields(fields, kind="x" if fields else "")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("12", "12 is no BIN: it has 12 digits."),
        ("06124001601X", "digits only"),
        ("061210016016", "built in another way"),
        ("061240016017", "last digit does not fit"),
    ],
)
def test_a_wrong_number_says_what_is_wrong(number, said):
    with pytest.raises(WrongNumberError, match=said):
        check_fields({"code": number}, kind="x")
