"""How conflicts are decided: one question for each, and one answer for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kopir.upgrading.presenting import Line
from kopir.upgrading.rules import Choice, Unit

CHOICES: Final = [
    ("", pgettext_lazy("decision", "Later")),
    (Choice.KEEP.value, _("Keep ours")),
    (Choice.TAKE.value, _("Take the template’s")),
]


class DecisionField(forms.ChoiceField):
    """A question that "Later" answers too, so that it is never said to be optional; one that was not sent is open."""

    def validate(self, value: Any) -> None:  # noqa: ANN401 - a field's
        """Raise ValidationError for an answer that is not among the choices."""
        if value:
            super().validate(value)


class DecisionsForm(forms.Form):
    """A question for each conflict, called by what stands for exactly that one: who saw other texts decides nothing."""

    def __init__(self, *args: Any, lines: Sequence[Line], **options: Any) -> None:  # noqa: ANN401 - a form's
        super().__init__(*args, **options)
        self.lines = lines
        for line in lines:
            self.fields[line.token] = DecisionField(
                label=_("What shall stand there?"),
                choices=CHOICES,
                widget=forms.RadioSelect,
                initial="",
            )

    @property
    def pairs(self) -> list[tuple[Line, Any]]:
        """Each conflict with its question."""
        return [(line, self[line.token]) for line in self.lines]

    def get_decisions(self) -> dict[Unit, Choice]:
        """What was decided: by the answer for all, if there is one, of those that were shown; else one by one."""
        everywhere = self.data.get("all", "")
        seen = [line for line in self.lines if line.token in self.data]
        if everywhere in set(Choice):
            return {line.unit: Choice(everywhere) for line in seen}
        return {line.unit: Choice(answer) for line in seen if (answer := self.cleaned_data[line.token])}
