"""The list of components that `/design/` shows and the reference names: each with its purpose and its example."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

EXAMPLES: Final = Path(__file__).parent / "templates" / "design" / "examples"

# Name of the example and of its tag, its title, when to take it, the language of its sample words.
COMPONENTS: Final[tuple[tuple[str, Promise, Promise, str], ...]] = (
    ("button", _("Buttons"), _("One main button for each page; the others are quieter."), "kk"),
    ("tag", _("States"), _("The word says the state, the color repeats it."), "tg"),
    ("notice", _("Notices"), _("What was just done, or what is new on this page."), "kk"),
    ("inset", _("Set-in text"), _("What must not be overlooked within a text."), "uz"),
    ("warning", _("Warning"), _("What has consequences: a fine, a term that is lost."), "ru"),
    ("details", _("Folded text"), _("What only some readers need."), "kk"),
    ("panel", _("Done"), _("The end of a task, with its number. It is the heading of its page."), "tg"),
    ("summary_list", _("Facts"), _("Facts with their names, and a way to change each."), "kk"),
    ("table", _("Table"), _("Numbers side by side. A wide one scrolls within itself."), "uz"),
    ("tasks", _("Steps"), _("What is to be done, and how far it is."), "kk"),
    ("tabs", _("Sides of one thing"), _("Each is a page of its own, so it works without JavaScript."), "tg"),
    ("pagination", _("Pages of a list"), _("For lists longer than one page."), "kk"),
    ("breadcrumbs", _("Where a page is"), _("The way from the start to the page above."), "ru"),
    ("back_link", _("One step back"), _("On pages of a task, instead of the way from the start."), "uz"),
    ("phase", _("New part"), _("That a part is new, and where to say what is wrong with it."), "kk"),
    ("banner", _("Urgent word"), _("Over all pages, in a flood or when a border closes."), "tg"),
    ("search", _("Search"), _("One box; its label is seen."), "uz"),
    ("card", _("Cards that lead on"), _("Bodies, regions, kinds. The whole card answers."), "kk"),
    ("news_card", _("News"), _("A day, a title, two lines; a picture if it says something."), "kk"),
    ("person_card", _("People"), _("A person in a post, and how to reach them."), "tg"),
    ("document", _("Documents"), _("With requisites, signatory and files."), "ru"),
    ("picture", _("Picture"), _("Can be switched off; its words then stand in its place."), "uz"),
)


@dataclass(frozen=True)
class Specimen:
    """One component on the page: how it looks and how it is written."""

    name: str
    title: str | Promise
    purpose: str | Promise
    language: str
    shown: SafeString
    source: str


def list_specimens(samples: Mapping[str, Any]) -> list[Specimen]:
    """Every component, its example filled with sample values."""
    return [
        Specimen(
            name,
            title,
            purpose,
            language,
            render_to_string(f"design/examples/{name}.html", dict(samples)),
            (EXAMPLES / f"{name}.html").read_text("utf-8").strip(),
        )
        for name, title, purpose, language in COMPONENTS
    ]
