"""What the error summary lists, and where each line leads."""

from __future__ import annotations

import pytest
from django import forms
from django.core.exceptions import ValidationError

from kopir.design.fields import DateField
from kopir.design.form_errors import FormError, list_errors


class Several(forms.Form):
    name = forms.CharField(label="Name")
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A")], widget=forms.RadioSelect)
    day = DateField(label="Day")
    named = forms.CharField(label="Named", widget=forms.TextInput({"id": "own"}))
    hidden = forms.CharField(widget=forms.HiddenInput)

    def clean(self):
        raise ValidationError("As a whole.")


def test_each_line_leads_to_the_first_box_of_its_field():
    errors = list_errors(Several({}, prefix="p"))
    assert [(error.label, error.anchor) for error in errors] == [
        ("", ""),
        ("Name", "id_p-name"),
        ("Kind", "id_p-kind_0"),
        ("Day", "id_p-day_0"),
        ("Named", "own"),
        ("", ""),
    ]
    assert errors[0] == FormError("As a whole.")


@pytest.mark.parametrize("name", ["name", "kind", "day", "named"])
def test_the_box_is_there(name):
    form = Several({})
    anchor = next(error.anchor for error in list_errors(form) if error.label == form[name].label)
    assert f'id="{anchor}"' in str(form)


def test_a_form_without_faults_has_no_lines():
    class Empty(forms.Form):
        pass

    assert list_errors(Empty({})) == []
