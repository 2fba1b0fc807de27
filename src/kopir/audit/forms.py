"""What an auditor may look for."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from .queries import Filter

Choices = Sequence[tuple[str, str]]


class FilterForm(forms.Form):
    """Narrows the record; every field may be left empty."""

    body = forms.TypedChoiceField(label=_("Body"), required=False, coerce=int, empty_value=None)
    action = forms.ChoiceField(label=_("Action"), required=False)
    person = forms.CharField(
        label=_("Person"),
        required=False,
        max_length=64,
        help_text=_("The number of a person, as it stands in an entry"),
    )
    subject = forms.CharField(label=_("Subject"), required=False, max_length=200)
    day = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, data: object, *, bodies: Choices, actions: Choices) -> None:
        """Offer these choices."""
        super().__init__(data)  # type: ignore[arg-type]
        self._offer("body", bodies)
        self._offer("action", actions)

    def wanted(self) -> Filter:
        """What was asked for; call it when the form is valid."""
        data = self.cleaned_data
        return Filter(data["body"], data["person"], data["action"], data["subject"], data["day"])

    def _offer(self, name: str, choices: Choices) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
        field.choices = [("", _("All")), *choices]
