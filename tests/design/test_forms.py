"""The form of looks, and the sample of every field."""

from __future__ import annotations

from django import forms as django_forms

from kopir.design.fields import DateField
from kopir.design.forms import LookForm, SampleForm
from kopir.design.low_vision import Look

ANSWERS = {"size": "150", "spacing": "ordinary", "colors": "blue", "pictures": "on"}


def test_answers_become_a_look():
    form = LookForm(ANSWERS)
    assert form.is_valid()
    assert form.get_look() == Look(size="150", colors="blue")


def test_every_question_must_be_answered_with_what_is_offered():
    assert set(LookForm({}).errors) == set(ANSWERS)
    assert set(LookForm({**ANSWERS, "size": "900"}).errors) == {"size"}


def test_the_sample_has_every_kind_of_field():
    kinds = {type(field) for field in SampleForm().fields.values()}
    assert kinds >= {DateField, django_forms.CharField, django_forms.FileField, django_forms.MultipleChoiceField}
