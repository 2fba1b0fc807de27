"""The components as template tags, under names of our own. Each has an example in templates/design/examples/.

A tag takes plain values; what it shows is escaped. Lists are given as the views make them: dictionaries or objects.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.core.paginator import Page
from django.forms import BaseForm
from django.template import Context, Library
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from kopir.design.days import write_day
from kopir.design.form_errors import list_errors
from kopir.design.low_vision_crossing import write_link
from kopir.design.page import find_theme_address, list_languages
from kopir.design.pictures import get_gate_address
from kopir.design.urgent import list_urgent

register = Library()

BUTTONS = {"": "", "secondary": " govuk-button--secondary", "warning": " govuk-button--warning"}
TAGS = {"": "", "green": " govuk-tag--green", "red": " govuk-tag--red", "yellow": " govuk-tag--yellow"}
TAGS["grey"] = " govuk-tag--grey"
ICONS = {
    "eye": "M2 12s3.6-6.5 10-6.500S22 12 22 12s-3.6 6.5-10 6.500S2 12 2 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
    "search": "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.3 15.3 20.5 20.5",
}


def _render(template: str, /, **context: object) -> SafeString:
    return render_to_string(f"design/tags/{template}.html", context)


# --- The frame of the page


@register.simple_tag(takes_context=True)
def theme_style(context: Context) -> str:
    """The link to the colors of the body or else of the country; nothing where neither has any."""
    address = find_theme_address(context.get("body"), context.get("country"))
    return format_html('<link rel="stylesheet" href="{}">', address) if address else ""


@register.inclusion_tag("design/tags/language_switch.html", takes_context=True)
def language_switch(context: Context) -> dict[str, Any]:
    """This page in the other languages, and in the other alphabet where the context has `scripts` (list of Choice).

    A page whose address differs between languages brings `language_choices` (list of Choice) itself.
    """
    request = context.get("request")
    address = request.get_full_path() if request else "/"
    current = get_language() or ""
    return {
        "languages": context.get("language_choices")
        or list_languages(context.get("languages") or [], address, current),
        "scripts": context.get("scripts") or [],
    }


@register.inclusion_tag("design/tags/low_vision_link.html", takes_context=True)
def low_vision_link(context: Context) -> dict[str, Any]:
    """The way to the choices of size, spacing, colors and pictures, and from there back to this page."""
    return {"address": low_vision_address(context)}


@register.simple_tag(takes_context=True)
def low_vision_address(context: Context) -> str:
    """Where these choices are made; whoever is there already goes back from it to where they came from."""
    request, address = context.get("request"), reverse("design:low_vision")
    if request is None:
        return address
    back = (request.POST or request.GET).get("next", "") if request.path == address else request.get_full_path()
    return f"{address}?{urlencode({'next': back})}" if back else address


@register.simple_tag
def host_link(address: str) -> str:
    """The address for a link that may lead to a body's own domain: carries the low-vision choice there."""
    return write_link(address)


@register.simple_tag
def icon(name: str) -> SafeString:
    """A small drawing beside words that say the same: "eye", "search"."""
    return format_html(
        '<svg class="design-icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="{}"/></svg>',
        ICONS[name],
    )


@register.inclusion_tag("design/tags/breadcrumbs.html")
def breadcrumbs(items: Sequence[Any]) -> dict[str, Any]:
    """The way from the start to the page above this one: entries with `text` and `address`."""
    return {"items": items}


@register.inclusion_tag("design/tags/back_link.html")
def back_link(address: str, text: str = "") -> dict[str, Any]:
    """One step back, for pages of a task."""
    return {"address": address, "text": text}


@register.inclusion_tag("design/tags/banner.html")
def banner(title: str, text: str, address: str = "", link: str = "", language: str = "") -> dict[str, Any]:
    """An urgent word for everybody, over all pages; `language` where it is in another than the page."""
    return {"title": title, "text": text, "address": address, "link": link, "language": language}


@register.inclusion_tag("design/tags/urgent.html", takes_context=True)
def urgent_words(context: Context) -> dict[str, Any]:
    """What stands over this page now: over all, over its region, over its body."""
    body = context.get("body")
    region_id = getattr(body, "region_id", None) or context.get("region_id")
    return {"words": list_urgent(getattr(body, "number", None), region_id)}


@register.simple_block_tag
def phase(content: str, label: str) -> SafeString:
    """That a part is new, and where to say what is wrong with it."""
    return _render("phase", content=content, label=label)


# --- Words that stand out


@register.simple_tag
def tag(text: str, color: str = "") -> SafeString:
    """A short state: "", "green", "yellow", "red" or "grey"; the word says it, the color repeats it."""
    return format_html('<strong class="govuk-tag{}">{}</strong>', TAGS[color], text)


@register.simple_block_tag
def inset(content: str) -> SafeString:
    """What must not be overlooked within a text."""
    return _render("inset", content=content)


@register.inclusion_tag("design/tags/warning.html")
def warning(text: str) -> dict[str, Any]:
    """What has consequences: a fine, a term that is lost."""
    return {"text": text}


@register.simple_block_tag
def details(content: str, summary: str, *, is_open: bool = False) -> SafeString:
    """What only some readers need, folded."""
    return _render("details", content=content, summary=summary, is_open=is_open)


@register.simple_block_tag
def notice(content: str, title: str, kind: str = "", name: str = "notice", *, takes_focus: bool = True) -> SafeString:
    """News about this page or what was just done (kind "success", takes focus); `name` tells two on a page apart."""
    facts = {"is_success": kind == "success", "takes_focus": takes_focus}
    return _render("notice", content=content, title=title, name=name, **facts)


@register.simple_block_tag
def panel(content: str, title: str) -> SafeString:
    """That something is done, with its number: the end of a task."""
    return _render("panel", content=content, title=title)


# --- Facts in order


@register.filter(expects_localtime=True)
def day(value: date) -> str:
    """A day in words, as the reader's language writes it: {{ published_on|day }}. Of an instant, its day here."""
    return write_day(value)


@register.inclusion_tag("design/tags/summary_list.html")
def summary_list(rows: Iterable[Any]) -> dict[str, Any]:
    """Facts with their names: rows with `key`, `value` and, to change one, `address` and `action`."""
    return {"rows": rows}


@register.inclusion_tag("design/tags/table.html")
def table(
    head: Sequence[str], rows: Iterable[Sequence[Any]], caption: str, numbers: Sequence[int] = ()
) -> dict[str, Any]:
    """A table: its head, its rows, what it is about. Columns in `numbers` (from 1) are set flush right."""
    return {"head": head, "rows": rows, "caption": caption, "numbers": numbers}


@register.inclusion_tag("design/tags/tasks.html")
def tasks(items: Sequence[Any], name: str = "tasks") -> dict[str, Any]:
    """Steps with their state: `text`, `status`, and where there are any `address`, `hint`, `color` (of the tag)."""
    return {"items": items, "name": name}


@register.inclusion_tag("design/tags/tabs.html")
def tabs(items: Sequence[Any], label: str) -> dict[str, Any]:
    """Sides of one thing, each a page of its own: entries with `text`, `address`, `is_current`."""
    return {"items": items, "label": label}


@register.inclusion_tag("design/tags/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any], parameter: str = "page") -> dict[str, Any]:
    """The pages of a long list; keeps what else the address asks for."""
    request = context.get("request")
    query = request.GET.copy() if request else None

    def address(number: int) -> str:
        if query is None:
            return f"?{parameter}={number}"
        query[parameter] = str(number)
        return f"?{query.urlencode()}"

    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    items = [(number, address(number) if isinstance(number, int) else "") for number in numbers]
    return {
        "page": page,
        "items": items,
        "previous": address(page.number - 1) if page.has_previous() else "",
        "next": address(page.number + 1) if page.has_next() else "",
    }


# --- Forms


@register.inclusion_tag("design/tags/button.html")
def button(
    text: str, address: str = "", kind: str = "", name: str = "", value: str = "", **attributes: object
) -> dict[str, Any]:
    """Sends the form, once however often pressed; with an address leads on. Kind "", "secondary" or "warning"."""
    is_disabled = bool(attributes.pop("is_disabled", False))
    if attributes:
        raise TypeError(f"a button takes no {', '.join(sorted(attributes))}")
    return {
        "text": text,
        "address": address,
        "classes": BUTTONS[kind],
        "name": name,
        "value": value,
        "is_disabled": is_disabled,
    }


@register.inclusion_tag("design/tags/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, Any]:
    """What is wrong with a form, each fault leading to its field. `{{ form }}` has it already."""
    return {"errors": list_errors(form) if form.is_bound else [], "takes_focus": getattr(form, "takes_focus", True)}


@register.inclusion_tag("design/tags/search.html")
def search(label: str, action: str, name: str = "q", value: str = "", site: str = "") -> dict[str, Any]:
    """One box to search with; its label is seen. `site` narrows the next search too."""
    return {"label": label, "action": action, "name": name, "value": value, "site": site}


# --- Cards and pictures


@register.inclusion_tag("design/tags/picture.html")
def picture(source: str, alt: str, width: int, height: int) -> dict[str, Any]:
    """A picture of ours that a reader can switch off. `alt` stands in its place then; empty where it adds nothing."""
    return {"source": source, "gate": get_gate_address(source), "alt": alt, "width": width, "height": height}


@register.inclusion_tag("design/tags/card.html")
def card(title: str, address: str = "", text: str = "", level: int = 3) -> dict[str, Any]:
    """A way on: a body, a region, a kind. `level` is the level of the heading."""
    return {"title": title, "address": address, "text": text, "level": level}


@register.inclusion_tag("design/tags/news_card.html")
def news_card(
    title: str,
    address: str,
    published_on: date,
    *,
    text: str = "",
    image: Mapping[str, Any] | None = None,
    level: int = 3,
) -> dict[str, Any]:
    """A piece of news; `image` has source, alt, width, height."""
    facts = {"title": title, "address": address, "published_on": published_on, "text": text}
    return {**facts, "image": image, "level": level}


@register.inclusion_tag("design/tags/person_card.html")
def person_card(name: str, post: str, address: str = "", **facts: object) -> dict[str, Any]:
    """A person in a post; `phone`, `email`, `portrait` (source, alt, width, height), `level` may be given."""
    known = {key: facts.pop(key, "") for key in ("phone", "email", "portrait")}
    level = facts.pop("level", 3)
    if facts:
        raise TypeError(f"a person card takes no {', '.join(sorted(facts))}")
    return {"name": name, "post": post, "address": address, "level": level, **known}


@register.inclusion_tag("design/tags/document.html")
def document(
    title: str,
    address: str,
    *,
    kind: str,
    number: str,
    signed_on: date,
    signatory: str = "",
    files: Iterable[Any] = (),
) -> dict[str, Any]:
    """A document with its requisites; `files` have text, address, format, size_bytes."""
    requisites = {"kind": kind, "number": number, "signed_on": signed_on, "signatory": signatory}
    return {"title": title, "address": address, "files": files, "level": 3, **requisites}
