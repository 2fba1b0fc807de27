"""Who may open a view: the decision that every view carries. This room notes it; middleware of `accounts` enforces it.

A view without a decision is closed to everybody. The decision covers the door only: what may be done to which body is
judged by the actions behind it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

from .actors import Actor, Role

View = TypeVar("View", bound=Callable[..., Any])
_ATTRIBUTE = "kopir_access"


@dataclass(frozen=True)
class Decision:
    """Who may open a view: everyone, whoever has signed in, or staff that holds one of `roles` for any body.

    `fresh_s`: the second factor was shown at most so many seconds ago; None asks for none. `hosts` is "any" for what
    answers on the hosts of bodies too, "portal" for what answers on the portal's own alone.
    """

    who: Literal["everyone", "signed_in", "staff"]
    roles: frozenset[Role] = frozenset()
    fresh_s: int | None = None
    hosts: Literal["any", "portal"] = "portal"

    def admits(self, actor: Actor) -> bool:
        """Whether the actor is one of those; freshness and host are for the caller to check."""
        if self.who == "everyone":
            return True
        if actor.kind != "person":
            return False
        return self.who == "signed_in" or any(role in self.roles for role, _ in actor.grants)


EVERYONE = Decision("everyone", hosts="any")
SIGNED_IN = Decision("signed_in")


def decide(view: View, decision: Decision) -> View:
    """Note the decision on a view, ours or of a library: a function, or what `as_view()` made."""
    setattr(view, _ATTRIBUTE, decision)
    return view


def get_decision(view: Callable[..., Any]) -> Decision | None:
    """The decision that a view carries, found through decorators that kept `__dict__`; None where nobody decided."""
    found = getattr(view, _ATTRIBUTE, None)
    return found if isinstance(found, Decision) else None


def everyone(view: View) -> View:
    """Open to all, on every host."""
    return decide(view, EVERYONE)


def signed_in(view: View) -> View:
    """Open to whoever has signed in."""
    return decide(view, SIGNED_IN)


def staff(*roles: Role) -> Callable[[View], View]:
    """Open to people who hold one of these roles, for any body or for the platform."""
    if not roles:
        raise ValueError("say which roles may open the view")
    return lambda view: decide(view, Decision("staff", frozenset(roles)))


def fresh(seconds: int = 300) -> Callable[[View], View]:
    """Ask for a second factor shown at most `seconds` ago; stands above the decorator that says who."""

    def mark(view: View) -> View:
        decision = get_decision(view)
        if decision is None or decision.who == "everyone":
            raise ValueError("put @fresh above @signed_in or @staff")
        return decide(view, replace(decision, fresh_s=seconds))

    return mark
