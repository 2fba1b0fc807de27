"""The auditor's pages: the list of rows, and one row. To see what is personal is an act of its own, and recorded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kopir.base import clock
from kopir.base.access import fresh, staff
from kopir.base.actors import Actor, Role

from . import actions, queries
from .forms import FilterForm
from .models import Row
from .names import find_names, tell_action, tell_subject

PAGE: Final = 50


@dataclass(frozen=True)
class Line:
    """A row as it is shown. `actor` is empty where the name of the person was erased."""

    row: Row
    actor: str
    action: str
    subject: str
    body: str


@require_GET
@staff(Role.AUDITOR, Role.PLATFORM_OPERATOR)
def list_rows(request: HttpRequest) -> HttpResponse:
    """The record, the newest first, by pages that go on from the last row seen."""
    actor = _actor(request)
    choices = queries.get_choices(actor=actor)
    names = find_names(f"bodies.body:{body_id}" for body_id in choices.body_ids)
    form = _form(request, choices, names)
    lines: list[Line] = []
    older = ""
    if form.is_valid():
        rows = queries.list_rows(actor=actor, wanted=form.wanted(), zone=get_current_timezone())
        if before := form.cleaned_data["before"]:
            rows = rows.filter(pk__lt=before)
        found = list(rows[: PAGE + 1])
        lines = _lines(found[:PAGE], names)
        if len(found) > PAGE:
            older = _address(request, before=str(found[PAGE - 1].pk))
    newest = _address(request, before="") if request.GET.get("before") else ""
    context = {"form": form, "lines": lines, "older": older, "newest": newest}
    return render(request, "audit/rows.html", context)


@require_GET
@staff(Role.AUDITOR, Role.PLATFORM_OPERATOR)
def show_row(request: HttpRequest, row_id: int) -> HttpResponse:
    """One row, without what it holds about a person."""
    return _show(request, row_id, wants_personal=False)


@require_POST
@fresh()
@staff(Role.AUDITOR, Role.PLATFORM_OPERATOR)
def show_personal(request: HttpRequest, row_id: int) -> HttpResponse:
    """One row with what it holds about a person: once, after a fresh factor, and recorded."""
    return _show(request, row_id, wants_personal=True)


def _show(request: HttpRequest, row_id: int, *, wants_personal: bool) -> HttpResponse:
    actor = _actor(request)
    row = queries.get_row(actor=actor, row_id=row_id)
    asked = wants_personal and row.personal_sealed is not None
    personal = actions.read_personal(row_id=row_id, actor=actor, now=clock.now()) if asked else None
    (line,) = _lines([row], {})
    (origin,) = queries.open_origins([row])
    context = {
        "line": line,
        "row": row,
        "origin": origin,
        "link": queries.find_link(row),
        "changes": _changes(_read(row.before), _read(row.after)),
        "asked": asked,
        "personal": None if personal is None else _changes(personal["before"], personal["after"]),
    }
    return render(request, "audit/row.html", context)


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _form(request: HttpRequest, choices: queries.Choices, names: Mapping[str, str]) -> FilterForm:
    bodies = [(str(body_id), names.get(f"bodies.body:{body_id}", f"№ {body_id}")) for body_id in choices.body_ids]
    actions = [(action, tell_action(action)) for action in choices.actions]
    return FilterForm(request.GET, bodies=sorted(bodies, key=_by_words), actions=sorted(actions, key=_by_words))


def _by_words(choice: tuple[str, str]) -> str:
    return choice[1]


def _lines(rows: list[Row], known: Mapping[str, str]) -> list[Line]:
    """The rows in words; the names in `known` are not asked for again."""
    spoken = [row.subject for row in rows] + [f"bodies.body:{row.body_id}" for row in rows if row.body_id]
    names = {**known, **find_names(subject for subject in spoken if subject not in known)}
    return [
        Line(
            row,
            _actor_name(row, origin),
            tell_action(row.action),
            tell_subject(row.subject, names),
            names.get(f"bodies.body:{row.body_id}", f"№ {row.body_id}") if row.body_id else "",
        )
        for row, origin in zip(rows, queries.open_origins(rows), strict=True)
    ]


def _actor_name(row: Row, origin: dict[str, str] | None) -> str:
    if row.actor_kind == "anonymous":
        return _("A visitor who did not sign in")
    if row.actor_kind == "system":
        return _("The portal itself")
    if origin is None:
        return _("A person whose data was erased")
    return origin.get("name") or row.actor_id


def _address(request: HttpRequest, **changes: str) -> str:
    query = {name: value for name, value in {**request.GET.dict(), **changes}.items() if value}
    return reverse("audit:rows") + (f"?{urlencode(query)}" if query else "")


def _read(text: str | None) -> dict[str, Any]:
    return {} if text is None else json.loads(text)


def _changes(before: dict[str, Any] | None, after: dict[str, Any] | None) -> list[tuple[str, str, str]]:
    """Field, value before, value after, for every field of either."""
    before, after = before or {}, after or {}
    return [(name, _told(before, name), _told(after, name)) for name in sorted({*before, *after})]


def _told(values: dict[str, Any], name: str) -> str:
    value = values.get(name)
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
