"""The form tells people from programs without asking another company."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kopir.inquiries.forms import InquiryForm, StateForm

DATA = {"kind": "question", "words": "Сұрақ", "address": "", "nickname": ""}


def stamped(now) -> str:
    return str(InquiryForm(now=now).initial["stamp"])


def judge(now, after, **changes):
    return InquiryForm({**DATA, "stamp": stamped(now), **changes}, now=now + after)


def test_a_form_that_a_person_filled_in_passes(now):
    form = judge(now, timedelta(seconds=3))
    assert form.is_valid(), form.errors
    assert len(form.once) == 32
    assert judge(now, timedelta(hours=24)).is_valid()


@pytest.mark.parametrize("after", [timedelta(0), timedelta(seconds=2), timedelta(hours=25), -timedelta(hours=1)])
def test_too_quick_and_too_late_are_refused(now, after):
    assert not judge(now, after).is_valid()


@pytest.mark.parametrize("stamp", ["", "x", "x:y:z", "WzEsMl0:1abc:xyz"])
def test_a_stamp_that_was_not_signed_here_is_refused(now, stamp):
    assert not judge(now, timedelta(minutes=1), stamp=stamp).is_valid()


def test_who_fills_in_the_trap_is_refused(now):
    assert "nickname" in judge(now, timedelta(minutes=1), nickname="buy").errors


@pytest.mark.parametrize(("field", "text"), [("words", ""), ("words", "а" * 3001), ("address", "no"), ("kind", "x")])
def test_what_is_missing_or_too_long_is_told(now, field, text):
    assert field in judge(now, timedelta(minutes=1), **{field: text}).errors


def test_a_number_with_a_mistake_is_told_before_anybody_is_asked():
    assert "number" in StateForm({"number": "ABCD-EFGH", "secret": "x"}).errors


@pytest.mark.parametrize(
    ("field", "text"), [("words", "Сұ\0рақ"), ("address", "a\0@example.org"), ("kind", "question\0"), ("page", "1\0")]
)
def test_nul_which_no_database_takes_is_told(now, field, text):
    assert field in judge(now, timedelta(minutes=1), **{field: text}).errors
    assert not judge(now, timedelta(minutes=1), stamp=f"{stamped(now)}\0").is_valid()
    assert set(StateForm({"number": "K7QM4X\0W", "secret": "x\0"}).errors) == {"number", "secret"}
