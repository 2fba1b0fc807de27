"""What people write on the pages of this room."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import State


class PlaceForm(forms.Form):
    """From where a long list goes on."""

    before = forms.IntegerField(required=False, min_value=1)


class StateForm(PlaceForm):
    """Which deliveries an operator looks for."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *State.choices])


class NumberForm(forms.Form):
    """A phone number, as people write it."""

    number = forms.CharField(
        label=_("Phone number"),
        max_length=40,
        help_text=_("With a plus sign and the code of the country, as +7 701 123 45 67"),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )


class CodeForm(forms.Form):
    """The code that was sent to the number."""

    code = forms.CharField(
        label=_("Code from the text message"),
        max_length=10,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
