"""Conflicts in words, for people who decide: where it is, what stands there, what the template gives."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.utils.functional import Promise
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

from kopir.upgrading.queries import Plan
from kopir.upgrading.rules import BLOCK, BLOCKS, MENU, PAGE, Conflict, State, Unit

LABELS: Mapping[str, str | Promise] = {
    PAGE: _("The page itself"),
    BLOCKS: _("Order of the parts of the text"),
    MENU: _("Order of the menu"),
}


@dataclass(frozen=True)
class Line:
    """A conflict as it is shown. `token` stands for exactly this one: other texts have another."""

    token: str
    unit: Unit
    page: str
    language: str
    label: str
    ours: str
    theirs: str


def tell_conflict(plan: Plan, conflict: Conflict) -> Line:
    """The conflict in words."""
    unit, here, there = conflict.unit, plan.standing.state, plan.offer.state
    return Line(
        token=token_of(conflict),
        unit=unit,
        page=_title(unit.page, unit.language, (here, there)) or str(plan.website.body),
        language=str(dict(settings.LANGUAGES).get(unit.language, unit.language)),
        label=_label(plan, unit),
        ours=_words(unit, conflict.ours, here),
        theirs=_words(unit, conflict.theirs, there),
    )


def tell_unit(plan: Plan, unit: Unit) -> str:
    """Where a unit is: page, language, part."""
    line = tell_conflict(plan, Conflict(unit, None, None))
    return f"{line.page} ({line.language}): {line.label}"


def token_of(conflict: Conflict) -> str:
    """What stands for the conflict in a form."""
    text = json.dumps([conflict.unit, conflict.ours, conflict.theirs], ensure_ascii=False, sort_keys=True)
    return "c" + hashlib.sha256(text.encode()).hexdigest()[:24]


def _label(plan: Plan, unit: Unit) -> str:
    if unit.part.startswith(BLOCK):
        return str(_("A part of the text"))
    if unit.part in LABELS:
        return str(LABELS[unit.part])
    page = plan.standing.pages.get((unit.page, unit.language))
    try:
        name = str(page._meta.get_field(unit.part).verbose_name) if page else unit.part  # noqa: SLF001 - how Django describes a model
    except FieldDoesNotExist:
        name = unit.part
    return name[:1].upper() + name[1:]


def _title(key: str, language: str, states: tuple[State, ...]) -> str:
    return next((str(state[unit]) for state in states if (unit := Unit(key, language, "title")) in state), key)


def _words(unit: Unit, value: Any, state: State) -> str:  # noqa: ANN401 - JSON
    """The value as text; "" where there is nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if unit.part == PAGE:
        return _title(unit.page, unit.language, (state,))
    if unit.part == MENU:
        return ", ".join(_title(key, unit.language, (state,)) for key in value)
    if unit.part == BLOCKS:
        blocks = [state.get(Unit(unit.page, unit.language, BLOCK + key)) for key in value]
        return " · ".join(_text_of(block)[:40] for block in blocks if block)
    return _text_of(value)


def _text_of(value: Any) -> str:  # noqa: ANN401 - JSON
    """All words of a value, without marks."""
    if isinstance(value, Mapping):
        parts = value.get("value", value)
        return _text_of(list(parts.values()) if isinstance(parts, Mapping) else parts)
    if isinstance(value, list):
        return " ".join(filter(None, map(_text_of, value)))
    return strip_tags(str(value).replace("<", " <")).strip()
