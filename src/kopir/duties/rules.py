"""Who sees the duties of a website in full, and who has them checked now. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kopir.base.actors import Actor, Role

WORKING: Final = frozenset({Role.EDITOR, Role.PUBLISHER, Role.SITE_ADMINISTRATOR})
"""Who repairs what is found on the website of a body."""
SUPERVISING: Final = frozenset({Role.PLATFORM_OPERATOR, Role.AUDITOR})
"""Who sees all websites."""
ALL: Final = WORKING | SUPERVISING | {Role.HEAD}


def is_supervisor(actor: Actor) -> bool:
    """Whether the actor sees the websites of all bodies."""
    return actor.kind == "system" or any(actor.has(role) for role in SUPERVISING)


def may_see(actor: Actor, body_id: int, above: Iterable[int]) -> bool:
    """Whether the actor sees what is wrong with the website of a body, and has it checked now.

    Who works on it, its head, the heads of the bodies `above` it, and supervisors.
    """
    own = any(actor.has(role, body_id) for role in WORKING | {Role.HEAD})
    return is_supervisor(actor) or own or any(actor.has(Role.HEAD, upper) for upper in above)


def may_repair(actor: Actor, body_id: int) -> bool:
    """Whether links into the administration of the website lead the actor anywhere."""
    return any(actor.has(role, body_id) for role in WORKING)
