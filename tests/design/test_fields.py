"""The date in three boxes."""

from __future__ import annotations

from datetime import date

import pytest
from django import forms
from django.core.exceptions import ValidationError

from kopir.design.fields import DateField


class BirthForm(forms.Form):
    day = DateField()


def test_three_boxes_make_a_day():
    form = BirthForm({"day_day": "27", "day_month": " 3 ", "day_year": "1990"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["day"] == date(1990, 3, 27)


def test_a_day_fills_the_boxes():
    html = str(BirthForm(initial={"day": date(1990, 3, 27)})["day"])
    assert 'name="day_day" value="27"' in html
    assert 'name="day_month" value="3"' in html
    assert 'name="day_year" value="1990"' in html


def test_what_was_written_wrong_stays_to_be_corrected():
    html = str(BirthForm({"day_day": "31", "day_month": "2", "day_year": "1990"})["day"])
    assert 'value="31"' in html
    assert 'aria-invalid="true"' in html


def test_an_optional_day_may_be_left_out():
    assert DateField(required=False).clean(["", " ", None]) is None
    with pytest.raises(ValidationError) as caught:
        DateField().clean(["", "", ""])
    assert caught.value.code == "required"


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        (["27", "3", ""], "incomplete"),
        (["", "", "1990"], "incomplete"),
        (["31", "2", "1990"], "invalid"),
        (["29", "2", "2023"], "invalid"),
        (["0", "1", "1990"], "invalid"),
        (["1", "13", "1990"], "invalid"),
        (["1", "1", "90"], "invalid"),
        (["1", "1", "0000"], "invalid"),
        (["-1", "1", "1990"], "invalid"),
        (["٢", "1", "1990"], "invalid"),
        (["1", "1", "²⁰²⁰"], "invalid"),
        (["a", "b", "cccc"], "invalid"),
    ],
)
def test_what_is_no_day(parts, code):
    with pytest.raises(ValidationError) as caught:
        DateField().clean(parts)
    assert caught.value.code == code


def test_a_change_is_noticed():
    field = DateField()
    assert not field.has_changed(date(1990, 3, 27), ["27", "03", "1990"])
    assert field.has_changed(date(1990, 3, 27), ["28", "3", "1990"])
