"""The forms of the room. What programs would fill in or send at once is caught here, without asking another company."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any, Final

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from kopir.inquiries import rules
from kopir.inquiries.models import Kind

_SALT: Final = "kopir.inquiries.form"


class PlainForm(forms.Form):
    """A form that says in plain words what is missing."""

    template_name = "design/forms/form.html"

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as Django's own
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            is_choice = isinstance(field, forms.ChoiceField)
            field.error_messages["required"] = _("Choose one of these.") if is_choice else _("Fill this in.")


class InquiryForm(PlainForm):
    """What somebody writes. `stamp` is signed: when the form was opened, and which one it is."""

    kind = forms.ChoiceField(label=_("What is it about?"), choices=Kind.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("Your message"),
        help_text=_("Please write no identification numbers and no passwords."),
        max_length=rules.LIMIT_WORDS,
        widget=forms.Textarea({"rows": 6}),
    )
    address = forms.EmailField(
        label=_("E-mail address for the answer"),
        help_text=_("If you give none, read the answer here with the number that you will get."),
        max_length=254,
        required=False,
    )
    nickname = forms.CharField(
        label=_("Leave this field empty: it is for programs that send advertising"),
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "tabindex": "-1"}),
    )
    page = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    stamp = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:  # noqa: ANN401 - as Django's own
        super().__init__(*args, **kwargs)
        self._now = now
        self.initial["stamp"] = signing.dumps([int(now.timestamp()), secrets.token_hex(16)], salt=_SALT)
        self.once = ""

    def clean(self) -> dict[str, Any]:
        """Judge what tells people from programs."""
        data = super().clean() or self.cleaned_data
        if data.get("nickname"):
            self.add_error("nickname", _("Leave this field empty."))
        try:
            at, self.once = signing.loads(data.get("stamp", ""), salt=_SALT)
        except (signing.BadSignature, ValueError, TypeError):
            raise forms.ValidationError(_("The form has expired. Open it anew and send it again.")) from None
        passed_s = self._now.timestamp() - at
        if passed_s < rules.SOONEST.total_seconds():
            raise forms.ValidationError(_("That was very quick. Wait a few seconds and send it again."))
        if passed_s > rules.LATEST.total_seconds():
            raise forms.ValidationError(_("The form has expired. Open it anew and send it again."))
        return data


class StateForm(PlainForm):
    """Number and secret word of a message."""

    number = forms.CharField(label=_("Number of the message"), max_length=20)
    secret = forms.CharField(label=_("Secret word"), max_length=30, widget=forms.TextInput({"autocomplete": "off"}))

    def clean_number(self) -> str:
        """The number; a wrong sign is found before anybody is asked."""
        number: str = self.cleaned_data["number"]
        if not rules.is_number(number):
            raise forms.ValidationError(_("This is no number of a message. Compare it with what you wrote down."))
        return number


class AnswerForm(PlainForm):
    """What the body answers."""

    text = forms.CharField(label=_("Your answer"), max_length=rules.LIMIT_ANSWER, widget=forms.Textarea({"rows": 8}))
