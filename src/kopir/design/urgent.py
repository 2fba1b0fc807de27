"""Urgent words over a page. This room draws them; a room above brings those that stand at this moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from kopir.base.registry import Registry


@dataclass(frozen=True)
class Urgent:
    """One urgent word for the reader; `language` is that of title and text where it is not the page's."""

    title: str
    text: str
    address: str = ""
    link: str = ""
    language: str = ""


Source = Callable[[int | None, int | None], Sequence[Urgent]]
"""Takes the ids of the body and of the region whose page it is, None where it is neither's."""

SOURCES: Final = Registry[Source]("source of urgent words")


def list_urgent(body_id: int | None, region_id: int | None) -> list[Urgent]:
    """What stands over this page now, the widest first."""
    return [word for _name, source in SOURCES for word in source(body_id, region_id)]
