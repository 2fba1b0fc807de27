"""Writes changes of units into the pages of a website, by the actions of `websites`; called by our own alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kopir.base.actors import Actor
from kopir.upgrading.queries import Plan
from kopir.upgrading.rules import BLOCK, BLOCKS, MENU, PAGE, Change, Place, State, Unit
from kopir.websites.actions import add_pages, apply_fields, arrange_pages, remove_pages
from kopir.websites.factory import Planned
from kopir.websites.models import SitePage
from kopir.websites.template_queries import content_key


@dataclass
class Written:
    """How many pages were written: shown at once, left as a draft, made, deleted."""

    published: int = 0
    drafts: int = 0
    made: int = 0
    removed: int = 0


def write(plan: Plan, result: State, changes: Sequence[Change], actor: Actor, now: datetime) -> Written:
    """Bring the pages of the website from where they stand to `result`, of which `changes` are what differs."""
    places: dict[Place, dict[str, Change]] = defaultdict(dict)
    for change in changes:
        places[change.unit.page, change.unit.language][change.unit.part] = change
    made = [place for place, parts in places.items() if PAGE in parts and parts[PAGE].after is not None]
    gone = [place for place, parts in places.items() if PAGE in parts and parts[PAGE].after is None]
    written = Written(made=len(made), removed=len(gone))
    pages = {**plan.standing.pages, **_make(plan, result, made, actor, now)}
    for place, parts in places.items():
        fields = {} if PAGE in parts else _fields(plan, result, place, parts)
        if not fields:
            continue
        if apply_fields(page=pages[place], fields=fields, actor=actor, now=now):
            written.published += 1
        else:
            written.drafts += 1
    for place, parts in places.items():
        if MENU in parts and PAGE not in parts:
            named = [pages[key, place[1]] for key in parts[MENU].after]
            # Those that editors have moved elsewhere since have no place in the menu.
            _arrange([page for page in named if page.is_child_of(pages[place])], actor, now)
    if gone:
        remove_pages(website=plan.website, pages=[pages[place] for place in gone], actor=actor, now=now)
    return written


def _fields(plan: Plan, result: State, place: Place, parts: Mapping[str, Change]) -> dict[str, Any]:
    """The fields of a page that are to be written; its blocks as one, those that stay as they are kept."""
    names = [name for name in parts if name not in {PAGE, BLOCKS, MENU} and not name.startswith(BLOCK)]
    fields = {name: "" if parts[name].after is None else parts[name].after for name in names}
    if any(name == BLOCKS or name.startswith(BLOCK) for name in parts):
        fields["body"] = _blocks(plan, result, place)
    return fields


def _blocks(plan: Plan, result: State, place: Place) -> list[Mapping[str, Any]]:
    blocks = []
    for key in result[Unit(*place, BLOCKS)]:
        unit = Unit(*place, BLOCK + key)
        stays = result[unit] == plan.standing.state.get(unit)
        blocks.append(plan.standing.raw[unit] if stays else {**result[unit], "id": key})
    return blocks


def _make(plan: Plan, result: State, made: Iterable[Place], actor: Actor, now: datetime) -> dict[Place, SitePage]:
    """Make the pages of these places, those above before those below."""
    made = set(made)
    planned: dict[Place, Planned] = {}
    for given in plan.offer.given:
        for language in given.fields:
            place, above = (given.key, language), (given.parent, language)
            if place not in made:
                continue
            stands = planned.get(above) or plan.standing.pages[above]
            home = plan.standing.pages["", language]
            parts = {unit.part: result[unit] for unit in result if (unit.page, unit.language) == place}
            names = [name for name in parts if name not in {PAGE, BLOCKS} and not name.startswith(BLOCK)]
            fields = {name: parts[name] for name in names}
            if BLOCKS in parts:
                fields["body"] = _blocks(plan, result, place)
            planned[place] = Planned(
                model=given.model,
                slug=given.slug,
                above=stands,
                website=plan.website,
                locale_id=home.locale_id,
                fields=fields,
                translation_key=UUID(plan.keys.get(given.key) or str(content_key(plan.website.pk, given.key))),
            )
    if not planned:
        return {}
    ids = add_pages(website=plan.website, pages=list(planned.values()), actor=actor, now=now)
    found = SitePage.objects.in_bulk(ids)
    return {place: found[pk] for place, pk in zip(planned, ids, strict=True)}


def _arrange(pages: Sequence[SitePage], actor: Actor, now: datetime) -> None:
    if len(pages) > 1:
        arrange_pages(pages=pages, actor=actor, now=now)
