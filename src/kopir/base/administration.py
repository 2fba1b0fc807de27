"""The parts of the administration: rooms register theirs at start-up, the page `/manage/` lists those that admit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.urls import NoReverseMatch, resolve, reverse
from django.utils.functional import Promise

from kopir.base.access import get_decision
from kopir.base.actors import Actor
from kopir.base.registry import Registry


@dataclass(frozen=True)
class Part:
    """One card of the page: its title, one line on what is done there."""

    title: str | Promise
    text: str | Promise


@dataclass(frozen=True)
class Entry:
    """A part that admits the actor, with its address."""

    title: str
    text: str
    address: str


PARTS: Final = Registry[Part]("part of the administration")
"""Parts by the name of their address: "bodies:manage_bodies"."""


def list_parts(actor: Actor) -> list[Entry]:
    """The parts whose page lets the actor in, in the order in which they came; what has no address is left out."""
    found = []
    for name, part in PARTS:
        try:
            address = reverse(name)
        except NoReverseMatch:
            continue
        decision = get_decision(resolve(address).func)
        if decision is not None and decision.admits(actor):
            found.append(Entry(str(part.title), str(part.text), address))
    return found
