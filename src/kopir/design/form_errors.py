"""What the error summary of a form lists: each sentence with the address of the box that it is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.forms import BaseForm, BoundField


@dataclass(frozen=True)
class FormError:
    """One sentence, the label of its field, the id of the box to go to; both empty for the form as a whole."""

    sentence: str
    label: str = ""
    anchor: str = ""


def list_errors(form: BaseForm) -> list[FormError]:
    """Every error of a form in the order of its fields, those of the form as a whole first."""
    return [FormError(str(sentence)) for sentence in form.non_field_errors()] + list(_of_fields(form))


def _of_fields(form: BaseForm) -> Iterator[FormError]:
    for field in form:
        for sentence in field.errors:
            yield (
                FormError(str(sentence))
                if field.is_hidden
                else FormError(str(sentence), str(field.label), _anchor(field))
            )


def _anchor(field: BoundField) -> str:
    # A group has no element of its own that takes focus: its first box does.
    identity = str(field.field.widget.attrs.get("id") or field.auto_id)
    return f"{identity}_0" if field.use_fieldset and identity else identity
