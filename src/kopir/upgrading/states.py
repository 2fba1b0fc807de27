"""States as tables of units: from what a template gives, into the database and out of it, alike whoever wrote them.

Pure. Editors' tools write the same text in other ways than templates do; `normal` makes them equal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from kopir.upgrading.rules import BLOCK, BLOCKS, MENU, PAGE, UNKNOWN, Change, State, Unit
from kopir.websites.template_queries import GivenPage

_MARKS: Final = re.compile(r' data-block-key="[^"]*"')
_QUOTES: Final = (("&quot;", '"'), ("&#x27;", "'"), ("&#39;", "'"), ("\r\n", "\n"))
UNKNOWN_SIGN: Final = "?"

Packed = dict[str, dict[str, dict[str, Any]]]
"""By page, language and part, as it is kept."""


def normal(value: Any) -> Any:  # noqa: ANN401 - any part of a block
    """The value without what editors' tools put into it: marks of paragraphs, quotes written out or not."""
    if isinstance(value, str):
        for one, other in _QUOTES:
            value = value.replace(one, other)
        return _MARKS.sub("", value).strip()
    if isinstance(value, list | tuple):
        return [normal(part) for part in value]
    if isinstance(value, Mapping):
        return {key: normal(part) for key, part in value.items()}
    return value


def state_of(given: Iterable[GivenPage]) -> dict[Unit, Any]:
    """What a template gives."""
    given = list(given)
    state: dict[Unit, Any] = {}
    for page in given:
        for language, fields in page.fields.items():
            place = (page.key, language)
            state[Unit(*place, PAGE)] = page.model.__name__
            state |= {Unit(*place, name): normal(value) for name, value in fields.items() if name != "body"}
            if has_body(page.model):
                state |= blocks_of(place, fields.get("body", ()))
            if page.key == "":
                state[Unit(*place, MENU)] = [each.key for each in given if each.key and each.parent == ""]
    return state


def blocks_of(place: tuple[str, str], blocks: Iterable[Mapping[str, Any]]) -> dict[Unit, Any]:
    """The units of a list of raw blocks."""
    found = {id_of(block, number): block for number, block in enumerate(blocks)}
    units: dict[Unit, Any] = {
        Unit(*place, BLOCK + key): {"type": block["type"], "value": normal(block["value"])}
        for key, block in found.items()
    }
    return {**units, Unit(*place, BLOCKS): list(found)}


def id_of(block: Mapping[str, Any], number: int) -> str:
    """The id of a raw block, or its number where it never had one."""
    return str(block.get("id") or number)


def has_body(model: type) -> bool:
    """Whether pages of this type hold blocks."""
    return hasattr(model, "body")


def pack(state: State) -> Packed:
    """As it is kept."""
    packed: Packed = {}
    for unit, value in state.items():
        packed.setdefault(unit.page, {}).setdefault(unit.language, {})[unit.part] = _pack_value(value)
    return packed


def unpack(packed: Mapping[str, Any]) -> dict[Unit, Any]:
    """As it was."""
    return {
        Unit(page, language, part): _unpack_value(value)
        for page, languages in packed.items()
        for language, parts in languages.items()
        for part, value in parts.items()
    }


def pack_changes(changes: Iterable[Change]) -> list[list[Any]]:
    """As they are kept."""
    return [[*change.unit, _pack_value(change.before), _pack_value(change.after)] for change in changes]


def unpack_changes(packed: Iterable[list[Any]]) -> list[Change]:
    """As they were."""
    return [Change(Unit(*row[:3]), _unpack_value(row[3]), _unpack_value(row[4])) for row in packed]


def override(state: State, overrides: Mapping[str, Any]) -> dict[Unit, Any]:
    """A state with the units that `differences` has found put back."""
    merged = {**state, **unpack(overrides)}
    return {unit: value for unit, value in merged.items() if value is not None}


def differences(state: State, other: State) -> Packed:
    """The units of `other` that differ from `state`, as they are kept; absent ones are None."""
    return pack({unit: other.get(unit) for unit in {**state, **other} if state.get(unit) != other.get(unit)})


def _pack_value(value: Any) -> Any:  # noqa: ANN401 - JSON
    return UNKNOWN_SIGN if value is UNKNOWN else [value]


def _unpack_value(value: Any) -> Any:  # noqa: ANN401 - JSON
    return UNKNOWN if value == UNKNOWN_SIGN else value[0]
