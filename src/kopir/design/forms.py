"""Forms of the design system itself: how pages look, and a sample with every kind of field."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from .fields import DateField
from .low_vision import ANSWERS, QUESTIONS, Look

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def _question(name: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=cast("_StrPromise", QUESTIONS[name]), choices=list(ANSWERS[name].items()), widget=forms.RadioSelect
    )


class LookForm(forms.Form):
    """One question for each part of a look, answered by radio buttons."""

    size = _question("size")
    spacing = _question("spacing")
    colors = _question("colors")
    pictures = _question("pictures")

    def get_look(self) -> Look:
        """The look that was chosen; the form must be valid."""
        return Look(**{question: self.cleaned_data[question] for question in ANSWERS})


class SampleForm(forms.Form):
    """Every kind of field, for the page of components; it is sent nowhere."""

    takes_focus = False  # its faults are there to be looked at, not to be sent to

    name = forms.CharField(label=_("Name"), max_length=100, widget=forms.TextInput({"autocomplete": "name"}))
    born_on = DateField(label=_("Date of birth"), help_text=_("For example, 27 3 1990"))
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("We send the decision there."),
        required=False,
        widget=forms.EmailInput({"autocomplete": "email", "spellcheck": "false"}),
    )
    password = forms.CharField(label=_("Password"), widget=forms.PasswordInput({"autocomplete": "current-password"}))
    region = forms.ChoiceField(
        label=_("Region"),
        choices=[("", _("Choose a region")), ("11", "Ақмола облысы"), ("15", "Ақтөбе облысы"), ("19", "Алматы облысы")],
    )
    reply_by = forms.ChoiceField(
        label=_("How shall we answer?"),
        choices=[("post", _("By post")), ("email", _("By e-mail")), ("inbox", _("In your inbox on this portal"))],
        widget=forms.RadioSelect,
    )
    documents = forms.MultipleChoiceField(
        label=_("Which papers do you have?"),
        help_text=_("Choose all that apply."),
        choices=[
            ("identity", _("Identity card")),
            ("birth", _("Birth certificate")),
            ("marriage", _("Marriage certificate")),
        ],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    story = forms.CharField(
        label=_("What happened?"), widget=forms.Textarea({"rows": 5}), help_text=_("Up to 2,000 characters.")
    )
    paper = forms.FileField(label=_("Add a file"), help_text=_("PDF or JPEG, at most 10 MB."), required=False)
    agreed = forms.BooleanField(label=_("I have read the rules and agree to them"))
