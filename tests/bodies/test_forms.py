"""Forms gather and shape, and show what actions refuse at the field that it is about."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from kopir.bodies.errors import UnfitFieldError
from kopir.bodies.forms import BodyForm, DayForm, FilterForm, LookForm, PortalForm
from kopir.bodies.models import Body, Portal
from kopir.bodies.queries import get_body
from kopir.bodies.rules import FACE, PASSPORT

EDITABLE = (PASSPORT | FACE) - {"parent", "colors", "crest"}


def test_a_form_that_nobody_touched_changes_nothing(kz):
    body = get_body("ministry-of-finance")
    blank = BodyForm(editable=EDITABLE, body=body)
    sent = {field.html_name: field.value() for field in blank if field.value() not in (None, "")}
    form = BodyForm(sent, editable=EDITABLE, body=body)
    assert form.is_valid(), form.errors
    assert {name: value for name, value in form.get_fields().items() if value != getattr(body, name)} == {}


def test_only_what_may_be_changed_is_asked(kz):
    form = BodyForm(editable={"phone", "head"}, body=get_body("government"))
    assert set(form.fields) == {"revision", "phone", "head_kk", "head_ru", "head_en"}


def test_each_language_has_its_box_in_its_language(kz):
    with override("en"):
        html = BodyForm(editable={"names"}).as_p()
    assert "Full name (Қазақша)" in html
    assert 'lang="kk"' in html


def test_a_refusal_stands_at_the_language_that_is_missing(kz):
    form = BodyForm({"short_names_kk": "Қысқа"}, editable={"short_names"})
    assert form.is_valid()
    form.add_failure(UnfitFieldError(field="short_names", reason="Write it."))
    assert form.errors == {"short_names_ru": ["Write it."]}
    form = BodyForm({}, editable={"phone"})
    form.is_valid()
    form.add_failure(UnfitFieldError(field="elsewhere", reason="No."))
    assert form.non_field_errors() == ["No."]


@pytest.mark.parametrize(
    ("sent", "hours"),
    [
        ({}, []),
        ({"hours": ["1"], "opens": "09:00", "closes": "18:00"}, [{"days": [1], "opens": "09:00", "closes": "18:00"}]),
        (
            {"hours": ["1"], "opens": "09:00", "closes": "18:00", "pause_from": "13:00"},
            [{"days": [1], "opens": "09:00", "closes": "18:00", "pause": ["13:00", ""]}],
        ),
    ],
)
def test_hours_are_put_together(kz, sent, hours):
    form = BodyForm(sent, editable={"hours"})
    assert form.is_valid()
    assert form.get_fields()["hours"] == hours


def test_colors_are_small_letters_and_empty_ones_left_out(kz):
    form = LookForm({"revision": "1", "brand": "#0B4A6F"})
    assert form.is_valid()
    assert form.get_colors() == {"brand": "#0b4a6f"}
    portal = PortalForm({"revision": "1", "link": "#0B4A6F"}, portal=Portal())
    portal.is_valid()
    assert portal.get_colors() == {"link": "#0b4a6f"}


def test_a_refusal_of_the_other_day_stands_there(kz):
    sent = {
        f"{name}_{part}": value for name in ("on", "moved_from") for part, value in (("month", "5"), ("year", "2027"))
    }
    form = DayForm(sent | {"on_day": "6", "moved_from_day": "15", "becomes": "holiday", "reference": "D"})
    assert form.is_valid(), form.errors
    form.add_failure(UnfitFieldError(field="on", day=form.cleaned_data["moved_from"], reason="No."))
    assert list(form.errors) == ["moved_from"]


def test_a_filter_names_kinds_and_regions(kz):
    with override("ru"):
        html = FilterForm({}).as_p()
    assert "Министерства" in html
    assert "Акмолинская область" in html


def test_no_body_has_other_fields_than_the_form_knows():
    assert {"names", "hours", "phone"} <= EDITABLE <= {field.name for field in Body._meta.fields}
