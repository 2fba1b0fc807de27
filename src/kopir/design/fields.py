"""Form fields that Django lacks: a date in three boxes, for a day that people know and need not look up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import Field, MultiWidget, TextInput, Widget
from django.utils.translation import gettext_lazy as _

_PARTS = (("day", _("Day"), 2), ("month", _("Month"), 2), ("year", _("Year"), 4))


class DateParts(MultiWidget):
    """Three boxes with their labels: day, month, year."""

    template_name = "design/forms/widgets/date_parts.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        boxes: dict[str, Widget | type[Widget]] = {
            name: TextInput({"inputmode": "numeric", "maxlength": width}) for name, _label, width in _PARTS
        }
        super().__init__(boxes, attrs)

    def decompress(self, value: date | None) -> list[str]:
        return [str(value.day), str(value.month), str(value.year)] if value else ["", "", ""]

    def get_context(self, name: str, value: object, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for part, (_name, label, width) in zip(context["widget"]["subwidgets"], _PARTS, strict=True):
            part["label"], part["width"] = label, width
        return context


class DateField(Field):
    """A day as `datetime.date`, None where an optional one is left empty."""

    widget = DateParts
    default_error_messages = {
        "incomplete": _("Give the day, the month and the year."),
        "invalid": _("There is no such day. Write it in digits, for example 27 3 1990."),
    }

    def to_python(self, value: Sequence[str | None] | date | None) -> date | None:
        if value is None or isinstance(value, date):
            return value
        parts = [(part or "").strip() for part in value]
        if not any(parts):
            return None
        if not all(parts):
            raise ValidationError(self.error_messages["incomplete"], code="incomplete")
        try:
            if not all(part.isascii() and part.isdigit() for part in parts) or len(parts[2]) != 4:
                raise ValueError(parts)
            day, month, year = map(int, parts)
            return date(year, month, day)
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
