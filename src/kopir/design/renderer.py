"""Renders every Django form in the markup of the design system: labels, hints, errors, and a summary of errors on top.

FORM_RENDERER names it. A form needs no classes of its own; `{{ form }}` or `{{ form.email.as_field_group }}` is all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.forms.renderers import TemplatesSetting

_INPUTS = ("text", "number", "email", "url", "tel", "search", "date", "datetime", "time", "color")
_OWN = ("checkbox", "checkbox_select", "clearable_file_input", "file", "password", "radio", "select", "textarea")
WIDGETS: Final[Mapping[str, str]] = {
    **{f"django/forms/widgets/{name}.html": "design/forms/widgets/input.html" for name in _INPUTS},
    **{f"django/forms/widgets/{name}.html": f"design/forms/widgets/{name}.html" for name in _OWN},
}


class DesignRenderer(TemplatesSetting):
    """Django's templates, with ours in the place of those that people see."""

    form_template_name = "design/forms/form.html"
    field_template_name = "design/forms/field.html"

    def get_template(self, template_name: str) -> Any:  # noqa: ANN401 - Django names no type for a template
        """The template that stands for the one that a widget names."""
        return super().get_template(WIDGETS.get(template_name, template_name))
