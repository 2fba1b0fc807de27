"""Who acts: what every action is told of the person or the program behind it. Says nothing on what may be done."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal


class Role(StrEnum):
    """What a person may be for one body, or for the whole platform."""

    EDITOR = "editor"
    PUBLISHER = "publisher"
    SITE_ADMINISTRATOR = "site_administrator"
    OFFICER = "officer"
    HEAD = "head"
    PLATFORM_OPERATOR = "platform_operator"
    AUDITOR = "auditor"


@dataclass(frozen=True)
class Actor:
    """Who acts: a person who signed in, the system itself, or a stranger.

    `id` is a person's user id, or the name of the part of the system; `name` is for the eyes of people; `address` is
    the network address and `session` names the session without opening it, both empty where there is none. A grant is
    a role with the id of the body for which it holds, None for the whole platform.
    """

    kind: Literal["person", "system", "anonymous"]
    id: str = ""
    name: str = ""
    address: str = ""
    session: str = ""
    grants: frozenset[tuple[Role, int | None]] = field(default=frozenset())

    def has(self, role: Role, body_id: int | None = None) -> bool:
        """Whether this actor holds `role` for the body, by a grant for it or for the whole platform.

        Without a body only a grant for the whole platform counts.
        """
        return (role, None) in self.grants or (body_id is not None and (role, body_id) in self.grants)


ANONYMOUS: Final = Actor(kind="anonymous")


def system_actor(name: str) -> Actor:
    """The actor of what the system does by itself; `name` is the part that does it, as "audit.seal"."""
    return Actor(kind="system", id=name, name=name)
