"""The block that shows a text which another website keeps, or this one: chosen here, never changed here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import ChooserBlock, FieldBlock

from kopir.websites import addresses


class SharedBlock(ChooserBlock):
    """A shared text. What is kept is its key; what is shown is the page of it in the reader's language."""

    target_model = "websites.SharedPage"

    class Meta:
        icon = "snippet"
        label = _("Shared text")
        template = "websites/blocks/shared.html"

    @cached_property
    def field(self) -> forms.ChoiceField:
        """A list of what the acting website may show, made anew for each form; by the key that all languages share."""
        return forms.ChoiceField(choices=_list_choices, required=self._required, help_text=self._help_text)

    def bulk_to_python(self, values: Sequence[Any]) -> list[Any]:
        """The texts in their order, None where one was deleted; in every language, by one query."""
        from kopir.websites.sharing import find_items

        found = find_items([value for value in values if value])
        return [found.get(value) for value in values]

    def to_python(self, value: Any) -> Any:  # noqa: ANN401 - a key, a number of old, or None
        """The text, or None."""
        return self.bulk_to_python([value])[0]

    def get_prep_value(self, value: Any) -> str | None:  # noqa: ANN401 - a text or None
        """The key of the text, which its pages in all languages have: each of them may be deleted."""
        return str(value.translation_key) if value else None

    def value_for_form(self, value: Any) -> str:  # noqa: ANN401 - a text or None
        """The key of the text."""
        return self.get_prep_value(value) or ""

    def value_from_form(self, value: Any) -> Any:  # noqa: ANN401 - a key as it was sent
        """The text of this key, if it is offered to the acting website."""
        from kopir.websites.sharing import find_items, list_offered

        chosen = next((item for item in list_offered() if str(item.translation_key) == value), None)
        return find_items([chosen.pk])[chosen.pk] if chosen else None

    def clean(self, value: Any) -> Any:  # noqa: ANN401 - a text or None
        """Raise ValidationError for none, and for one that is not offered."""
        return FieldBlock.clean(self, value)

    def get_form_state(self, value: Any) -> Any:  # noqa: ANN401 - what the script wants
        """What is chosen."""
        return FieldBlock.get_form_state(self, value)

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:  # noqa: ANN401
        """The text in the language of the page; else where it is read in others; for who previews, that it is gone."""
        from kopir.websites.sharing import find_shown

        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        page: Any = context.get("page")
        shown = find_shown(value, page.website) if page else {}
        item = shown.get(get_language() or "")
        names = dict(settings.LANGUAGES)
        ways = [
            (code, names[code], addresses.address_of(other, seen_from=page.website)) for code, other in shown.items()
        ]
        context |= {
            "item": item,
            "keeper": item.website.body if item and item.website_id != page.website_id else None,
            "kept_at": addresses.address_of(item, seen_from=page.website) if item else "",
            "ways": [] if item else ways,
            "is_gone": not shown and getattr(context.get("request"), "is_preview", False),
        }
        return context


def _list_choices() -> list[tuple[str, Any]]:
    from kopir.websites.sharing import list_offered

    offered = [(str(item.translation_key), f"{item.title} — {item.website.body}") for item in list_offered()]
    return [("", "—"), *offered]
