"""How templates of this room write names: with the language they are in, where it is not that of the page."""

from __future__ import annotations

from datetime import date

from django.template import Library
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from kopir.bodies import presenting
from kopir.bodies.models import Worded

register = Library()


@register.simple_tag
def worded(text: str) -> SafeString:
    """A text picked for the reader; where it is not in their language, it says in which it is."""
    if isinstance(text, Worded) and text.language != get_language():
        return format_html('<span lang="{}">{}</span>', text.language, str(text))
    return conditional_escape(text)


@register.filter
def kind_name(code: str) -> Worded:
    """The name of a body's kind."""
    return presenting.kind_name(code)


@register.filter
def reference(text: str) -> str:
    """Where a version of the calendar comes from: the decree that its editor named, or the pack, in words."""
    return presenting.reference_in_words(text)


@register.filter
def weekday(day: date) -> str:
    """The day of the week."""
    return presenting.weekday(day)
