"""The merge of three states of a website: what the template gave, what stands there now, what the template gives now.

Pure. A state is a table of units; a unit that is not in it is absent. What editors left as it was given takes what is
given now; what they changed stays; what both changed is a conflict: the editors' is kept until somebody decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, NamedTuple

PAGE: Final = "page"
"""The part of a page that says that it is there: its kind."""
BLOCKS: Final = "blocks"
"""The part of a page that says in which order its blocks stand: their ids."""
MENU: Final = "menu"
"""The part of a home page that says in which order the template's pages stand right below it: their keys. No block."""
BLOCK: Final = "block:"
"""What the part of a block begins with; its id follows."""
ORDERS: Final = frozenset({BLOCKS, MENU})
UNKNOWN: Final[Mapping[str, bool]] = MappingProxyType({"unknown": True})
"""What was given where nobody knows: it equals nothing, so that every difference is a conflict."""


class Unit(NamedTuple):
    """What is merged as one: a part of a page in a language. `page` is its key in the template, "" the home page."""

    page: str
    language: str
    part: str


Place = tuple[str, str]
State = Mapping[Unit, Any]
Parts = dict[str, Any]


class Choice(StrEnum):
    """How a conflict is decided."""

    KEEP = "keep"
    TAKE = "take"


@dataclass(frozen=True)
class Change:
    """A unit before and after; None: absent."""

    unit: Unit
    before: Any
    after: Any


@dataclass(frozen=True)
class Conflict:
    """A unit that both changed; None: absent there."""

    unit: Unit
    ours: Any
    theirs: Any


@dataclass
class Merged:
    """What comes out: the new state, what of it differs from the old, what waits for a decision, and the next base."""

    result: dict[Unit, Any]
    changes: list[Change] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    base: dict[Unit, Any] = field(default_factory=dict)


@dataclass
class Undone:
    """What comes out when changes are taken back: the state, what of it differs, what was edited since and stays."""

    result: dict[Unit, Any]
    changes: list[Change]
    kept: list[Unit]


def unknown_base(new: State) -> dict[Unit, Any]:
    """The base of a website of which nobody knows what it was given."""
    return dict.fromkeys(new, UNKNOWN)


def merge(
    base: State,
    local: State,
    new: State,
    decisions: Mapping[Unit, Choice] = MappingProxyType({}),
    parents: Mapping[str, str] = MappingProxyType({}),
) -> Merged:
    """Merge. `parents`: by key of a page of `new` the key of the page above it, where that is not the home page.

    A page that the editors deleted stays deleted, and what would stand below it is not made. A page that the template
    gives no more is the editors' own from now on. A page of another kind than the template's is left alone.
    """
    merged = Merged(dict(local))
    bases, locals_ = _places(base), _places(local)
    present = set(locals_)
    for place, given in _places(new).items():
        before, here = bases.get(place, {}), locals_.get(place)
        if here is None:
            _merge_missing(merged, place, before, given, decisions, is_reachable=_above(place, parents) in present)
            if Unit(*place, PAGE) in merged.result:
                present.add(place)
        elif here[PAGE] == given[PAGE]:
            _merge_page(merged, place, (before, here, given), decisions)
        else:
            _accept(merged, place, given)
    for place, given in _places(new).items():
        if MENU in given and place in present:  # when every page is there that it may name
            _merge_part(merged, Unit(*place, MENU), (bases.get(place, {}), locals_[place], given), decisions)
    merged.changes = _differences(local, merged.result)
    return merged


def undo(local: State, changes: Sequence[Change], held: frozenset[Place] = frozenset()) -> Undone:
    """Take back what was changed, but for what was edited since. `held`: pages below which others now stand."""
    result, kept = dict(local), []
    made = {_place(change.unit) for change in changes if change.unit.part == PAGE and change.before is None}
    touched = {_place(change.unit) for change in changes if local.get(change.unit) != change.after}
    orders = []
    for change in changes:
        unit, now = change.unit, local.get(change.unit)
        if Unit(*_place(unit), PAGE) not in local:
            continue  # the editors have deleted the page since: nothing of it is put back
        if _place(unit) in made and _place(unit) in touched | held:
            if unit.part == PAGE:
                kept.append(unit)
        elif unit.part in ORDERS and change.before is not None:
            orders.append(change)
        elif now == change.after:
            _put(result, unit, change.before)
        elif now != change.before:
            kept.append(unit)
    for change in orders:
        now = local.get(change.unit)
        if now is None:
            continue
        is_untouched = now == change.after
        if not is_untouched and not _same_order(now, change.before):
            kept.append(change.unit)
        order = weave(change.before, now) if is_untouched else weave(now, change.before)
        result[change.unit] = _only_present(order, change.unit, result)
    return Undone(result, _differences(local, result), kept)


def join(earlier: Iterable[Change], later: Iterable[Change]) -> list[Change]:
    """Two runs of changes as one: what was before the first, and after the last."""
    found = {change.unit: change for change in earlier}
    for change in later:
        first = found.get(change.unit)
        found[change.unit] = Change(change.unit, first.before if first else change.before, change.after)
    return [change for change in found.values() if change.before != change.after]


def weave(skeleton: Sequence[str], other: Sequence[str]) -> list[str]:
    """`skeleton`, and what only `other` has, each behind what stands before it there."""
    woven = list(skeleton)
    for index, item in enumerate(other):
        if item in woven:
            continue
        behind = next((woven.index(each) for each in reversed(other[:index]) if each in woven), -1)
        woven.insert(behind + 1, item)
    return woven


def _merge_missing(
    merged: Merged,
    place: Place,
    before: Parts,
    given: Parts,
    decisions: Mapping[Unit, Choice],
    *,
    is_reachable: bool,
) -> None:
    """A page that is not there: new, deleted, or nobody knows."""
    unit = Unit(*place, PAGE)
    is_unknown = before.get(PAGE) == UNKNOWN
    choice = decisions.get(unit)
    if is_reachable and is_unknown and choice is None:
        merged.conflicts.append(Conflict(unit, None, given[PAGE]))
        merged.base |= {Unit(*place, part): UNKNOWN for part in given}
        return
    if is_reachable and (not before or (is_unknown and choice == Choice.TAKE)):
        merged.result |= {Unit(*place, part): value for part, value in given.items()}
    _accept(merged, place, given)


def _merge_page(
    merged: Merged, place: Place, states: tuple[Parts, Parts, Parts], decisions: Mapping[Unit, Choice]
) -> None:
    """A page that is there: part by part, the orders last."""
    before, _here, given = states
    names = [*given, *(part for part in before if part not in given)]
    for part in sorted(names, key=ORDERS.__contains__):
        if part != MENU:
            _merge_part(merged, Unit(*place, part), states, decisions)


def _merge_part(
    merged: Merged, unit: Unit, states: tuple[Parts, Parts, Parts], decisions: Mapping[Unit, Choice]
) -> None:
    old, ours, theirs = (state.get(unit.part) for state in states)
    if unit.part in ORDERS:
        order, is_conflict = _merge_order(old, ours or [], theirs or [], decisions.get(unit))
        _put(merged.result, unit, _only_present(order, unit, merged.result))
    else:
        value, is_conflict = _merge_value(old, ours, theirs, decisions.get(unit))
        _put(merged.result, unit, value)
    if is_conflict:
        merged.conflicts.append(Conflict(unit, ours, theirs))
    _put(merged.base, unit, old if is_conflict else theirs)


def _merge_value(old: Any, ours: Any, theirs: Any, choice: Choice | None) -> tuple[Any, bool]:  # noqa: ANN401 - JSON
    """The value, and whether it waits for a decision."""
    if ours in (old, theirs):
        return theirs, False
    if theirs == old or choice == Choice.KEEP:
        return ours, False
    if choice == Choice.TAKE:
        return theirs, False
    return ours, True


def _merge_order(old: Any, ours: Sequence[str], theirs: Sequence[str], choice: Choice | None) -> tuple[list[str], bool]:  # noqa: ANN401
    """The order, and whether it waits for a decision: judged by what all three have."""
    is_unknown = old == UNKNOWN
    common = set(ours) & set(theirs) & set(ours if is_unknown else old or ())
    first = None if is_unknown else [each for each in old or () if each in common]
    second, third = [each for each in ours if each in common], [each for each in theirs if each in common]
    if second == first or (third != first and choice == Choice.TAKE):
        return weave(theirs, ours), False
    return weave(ours, theirs), third not in (first, second) and choice is None


def _same_order(one: Sequence[str], other: Sequence[str]) -> bool:
    return [each for each in one if each in other] == [each for each in other if each in one]


def _only_present(order: Iterable[str], unit: Unit, state: State) -> list[str]:
    """The order without what is not there."""
    if unit.part == MENU:
        return [key for key in order if Unit(key, unit.language, PAGE) in state]
    return [each for each in order if Unit(unit.page, unit.language, BLOCK + each) in state]


def _accept(merged: Merged, place: Place, given: Parts) -> None:
    """What the template gives is the base from now on, whatever stands there."""
    merged.base |= {Unit(*place, part): value for part, value in given.items()}


def _above(place: Place, parents: Mapping[str, str]) -> Place:
    return parents.get(place[0], ""), place[1]


def _places(state: State) -> dict[Place, Parts]:
    places: dict[Place, Parts] = {}
    for unit, value in state.items():
        places.setdefault(_place(unit), {})[unit.part] = value
    return places


def _place(unit: Unit) -> Place:
    return unit.page, unit.language


def _put(state: dict[Unit, Any], unit: Unit, value: Any) -> None:  # noqa: ANN401 - JSON
    if value is None:
        state.pop(unit, None)
    else:
        state[unit] = value


def _differences(before: State, after: State) -> list[Change]:
    units = [*after, *(unit for unit in before if unit not in after)]
    return [Change(unit, before.get(unit), after.get(unit)) for unit in units if before.get(unit) != after.get(unit)]
