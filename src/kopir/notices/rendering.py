"""From a letter and its context to words in the reader's language: subject, text, HTML, short text.

HTML is made of the text, so that both say the same. A line becomes a link only where it is a field of the context whose
name ends in "url": what people call themselves never does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.template import Context, TemplateDoesNotExist, loader
from django.utils import translation

from .letters import LETTERS

FOLDER: Final = "notices/letters"
LIMIT_SUBJECT: Final = 150
LIMIT_SMS: Final = 300


@dataclass(frozen=True)
class Words:
    """A letter, written. `html` and `sms` are empty where it has none."""

    language: str
    subject: str
    text: str
    html: str = ""
    sms: str = ""


def render(name: str, context: Mapping[str, str], language: str) -> Words:
    """Write the letter; a language that this node does not have becomes its own. Raises LookupError for no letter."""
    letter = LETTERS.get(name)
    code = pick_language(language)
    with translation.override(code):
        shown = {key: letter.show[key](value) if key in letter.show else value for key, value in context.items()}
        shown["portal"] = settings.KOPIR_ADDRESS
        subject = _line(name, "subject.txt", shown)[:LIMIT_SUBJECT]
        paragraphs = _paragraphs(_write(name, "text.txt", shown))
        links = {value for key, value in context.items() if key.endswith("url")}
        page = {
            "language": code,
            "subject": subject,
            "paragraphs": [(paragraph, paragraph in links) for paragraph in paragraphs],
            "portal": settings.KOPIR_ADDRESS,
        }
        html = loader.render_to_string("notices/mail.html", page)
        sms = _line(name, "sms.txt", shown)[:LIMIT_SMS] if letter.by_sms else ""
    return Words(code, subject, "\n\n".join(paragraphs), html, sms)


def pick_language(language: str) -> str:
    """The language if this node has it, else the node's own."""
    known = [code for code, _ in settings.LANGUAGES]
    return language if language in known else settings.LANGUAGE_CODE


def check_templates(name: str) -> list[str]:
    """Which templates of a letter are missing."""
    wanted = ["subject.txt", "text.txt", *(["sms.txt"] if LETTERS.get(name).by_sms else [])]
    return [part for part in wanted if not _exists(f"{FOLDER}/{name}/{part}")]


def _exists(path: str) -> bool:
    try:
        loader.get_template(path)
    except TemplateDoesNotExist:
        return False
    return True


def _write(name: str, part: str, shown: Mapping[str, Any]) -> str:
    template = loader.get_template(f"{FOLDER}/{name}/{part}")
    written: str = template.template.render(Context(dict(shown), autoescape=False))  # type: ignore[attr-defined]
    return written


def _line(name: str, part: str, shown: Mapping[str, Any]) -> str:
    return " ".join(_write(name, part, shown).split())


def _paragraphs(text: str) -> list[str]:
    """What stands between blank lines, each on one line."""
    return [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]
