"""What stands on websites, what they were given, what their template gives now; and what an upgrade would do."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Q, Sum

from kopir.upgrading.models import Look, SiteBase, TemplateVersion, Upgrade
from kopir.upgrading.rules import BLOCK, BLOCKS, MENU, PAGE, Choice, Merged, Place, Unit, merge, unknown_base
from kopir.upgrading.states import blocks_of, has_body, id_of, normal, override, pack, state_of, unpack
from kopir.websites.models import SitePage, Website, WebsiteState
from kopir.websites.queries import list_websites
from kopir.websites.template_queries import GivenPage, content_key, get_version, list_given, list_templates

AT_ONCE: Final = 20
"""How many websites are read together."""
FIRST: Final = 1
"""The version from which every website was made that has no base: no other had been given out before there were any."""


@dataclass
class Offer:
    """What a template gives now."""

    template: str
    number: int
    given: Sequence[GivenPage]
    state: Mapping[Unit, Any]

    @property
    def digest(self) -> str:
        """What tells it from every other version."""
        text = json.dumps([self.template, pack(self.state)], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def parents(self) -> dict[str, str]:
        """By the key of a page that of the page above it."""
        return {page.key: page.parent for page in self.given if page.parent}


@dataclass
class Standing:
    """What stands on a website of the pages of its template: drafts where there are some, else what is shown."""

    state: dict[Unit, Any] = field(default_factory=dict)
    pages: dict[Place, SitePage] = field(default_factory=dict)
    raw: dict[Unit, Mapping[str, Any]] = field(default_factory=dict)
    """Blocks as they are kept, with everything that `normal` takes away."""


@dataclass
class Plan:
    """Everything that an upgrade of a website is worked out from."""

    website: Website
    offer: Offer
    row: SiteBase | None
    base: Mapping[Unit, Any]
    keys: Mapping[str, str]
    standing: Standing

    @property
    def is_pending(self) -> bool:
        """Whether the template gives something else than it did, or something waits for a decision."""
        row = self.row
        return row is None or row.version.digest != self.offer.digest or bool(row.overrides)

    def merge(self, decisions: Mapping[Unit, Choice] | None = None) -> Merged:
        """What the upgrade does."""
        return merge(self.base, self.standing.state, self.given(), decisions or {}, self.offer.parents)

    def given(self) -> dict[Unit, Any]:
        """What is given, but no place in the menu for a page that its editors have moved elsewhere."""
        new = dict(self.offer.state)
        for unit in [unit for unit in new if unit.part == MENU]:
            below = set(self.standing.state.get(unit, ()))
            away = {key for key in new[unit] if (key, unit.language) in self.standing.pages} - below
            new[unit] = [key for key in new[unit] if key not in away]
        return new


def find_offer(template: str) -> Offer | None:
    """What a template gives now; None for one that does not exist any more."""
    if template not in list_templates():
        return None
    given = list_given(template)
    return Offer(template, get_version(template), given, state_of(given))


def plan_upgrades(websites: Iterable[Website]) -> Iterator[Plan]:
    """The plan for each website whose template is there and gives something else, or waits for a decision."""
    offers: dict[str, Offer | None] = {}
    left = iter(websites)
    while some := list(islice(left, AT_ONCE)):
        plans = [plan for plan in _plan(some, offers) if plan.is_pending]
        read_standing(plans)
        yield from plans


def find_plan(website: Website) -> Plan | None:
    """The plan for one website, whether there is something to do or not; None where its template is gone."""
    plans = list(_plan([website], {}))
    read_standing(plans)
    return plans[0] if plans else None


def _plan(websites: Sequence[Website], offers: dict[str, Offer | None]) -> Iterator[Plan]:
    """Plans without what stands there."""
    bases = {base.website_id: base for base in SiteBase.objects.filter(website__in=websites).select_related("version")}
    for website in websites:
        if website.template not in offers:
            offers[website.template] = find_offer(website.template)
        offer, base = offers[website.template], bases.get(website.pk)
        if offer is None:
            continue
        known = override(unpack(base.version.pages), base.overrides) if base else first_base(offer)
        keys = base.keys if base else find_keys(website, offer)
        yield Plan(website, offer, base, known, keys, Standing())


def first_base(offer: Offer) -> dict[Unit, Any]:
    """What a website was given that is older than bases: the first version where it is known, else nobody knows."""
    if offer.number == FIRST:
        return dict(offer.state)
    kept = TemplateVersion.objects.filter(template=offer.template, number=FIRST).order_by("pk").first()
    return unpack(kept.pages) if kept else unknown_base(offer.state)


def find_keys(website: Website, offer: Offer) -> dict[str, str]:
    """By key what joins the languages of the pages that stand where the template put them."""
    pages = SitePage.objects.of(website).order_by("-path").values_list("url_path", "translation_key")
    found = {url_path.split("/", 3)[3].rstrip("/"): str(key) for url_path, key in pages}
    return {page.key: found[page.path] for page in offer.given if page.path in found}


def given_keys(website: Website, given: Iterable[GivenPage]) -> dict[str, str]:
    """The same for a website that was just made."""
    return {page.key: str(content_key(website.pk, page.key)) for page in given}


def read_standing(plans: Sequence[Plan]) -> None:
    """Put into plans what stands on their websites, all read together."""
    by_key = {UUID(joined): (plan, key) for plan in plans for key, joined in plan.keys.items()}
    pages = SitePage.objects.filter(website__in=[plan.website for plan in plans], translation_key__in=list(by_key))
    names = {plan.website.pk: _names(plan) for plan in plans}
    for page in pages.order_by("path").specific():
        plan, key = by_key.get(page.translation_key, (None, ""))
        if plan is None or plan.website.pk != page.website_id:
            continue
        page.website = plan.website
        place = (key, page.url_path.split("/", 2)[1])
        _read_page(plan, place, page, names[plan.website.pk][place])
    for plan in plans:
        _read_menus(plan.standing)


def find_last(website: Website) -> Upgrade | None:
    """The upgrade that can be undone."""
    return Upgrade.objects.filter(website=website, undone_at=None).last()


def list_looks() -> list[tuple[Website, Look | None]]:
    """Every open website with what the last round found there, None where it was not looked at; what waits first."""
    looks = {look.website_id: look for look in Look.objects.all()}
    found = [(website, looks.get(website.pk)) for website in list_websites().filter(state=WebsiteState.OPEN)]
    return sorted(found, key=lambda pair: _weight(pair[1]), reverse=True)


def _weight(look: Look | None) -> tuple[bool, int, int]:
    return (look.is_refused, look.conflicts, look.units) if look else (False, 0, 0)


def sum_looks() -> dict[str, Any]:
    """How many websites the last round is over, on how many it has been, and what it found on all of them."""
    found = Look.objects.filter(website__state=WebsiteState.OPEN)
    return found.aggregate(
        sites=Count("pk"),
        done=Count("looked_at"),
        units=Sum("units", default=0),
        written=Sum("written", default=0),
        conflicts=Sum("conflicts", default=0),
        refused=Count("pk", filter=Q(is_refused=True)),
    )


def _names(plan: Plan) -> Mapping[Place, set[str]]:
    """The fields of each page that were given, or are."""
    names: dict[Place, set[str]] = defaultdict(set)
    for unit in [*plan.base, *plan.offer.state]:
        if unit.part not in {PAGE, BLOCKS, MENU} and not unit.part.startswith(BLOCK):
            names[unit[:2]].add(unit.part)
    return names


def _read_page(plan: Plan, place: Place, page: SitePage, names: Iterable[str]) -> None:
    standing, draft = plan.standing, page.get_latest_revision_as_object()
    standing.pages[place] = page
    standing.state[Unit(*place, PAGE)] = type(page).__name__
    for name in names:
        if hasattr(draft, name):
            standing.state[Unit(*place, name)] = normal(getattr(draft, name))
    if has_body(type(page)):
        blocks = list(draft.body.raw_data)
        standing.state |= blocks_of(place, blocks)
        standing.raw |= {Unit(*place, BLOCK + id_of(block, number)): block for number, block in enumerate(blocks)}


def _read_menus(standing: Standing) -> None:
    """The pages right below each home page, in their order."""
    below: dict[str, list[str]] = defaultdict(list)
    homes = {page.path: place for place, page in standing.pages.items() if place[0] == ""}
    for (key, language), page in sorted(standing.pages.items(), key=lambda item: item[1].path):
        if page.path[: -page.steplen] in homes:
            below[language].append(key)
    for place in homes.values():
        standing.state[Unit(*place, MENU)] = below[place[1]]
