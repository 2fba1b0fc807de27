"""Pure decisions about people: who may give which role, how long a session lives, what is fresh. No query, no clock."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from kopir.base.actors import Actor, Role

FRESH: Final = timedelta(minutes=10)
"""How long a password or factor counts as just shown, where the view asks for no other."""
INVITATION_LIVES: Final = timedelta(days=7)
RESET_LIVES: Final = timedelta(hours=24)

PLATFORM_ROLES: Final = frozenset({Role.PLATFORM_OPERATOR, Role.AUDITOR})
BODY_ROLES: Final = frozenset(Role) - {Role.PLATFORM_OPERATOR}
GIVERS: Final[Mapping[Role, frozenset[Role]]] = {
    Role.SITE_ADMINISTRATOR: frozenset({Role.EDITOR, Role.PUBLISHER}),
    Role.HEAD: frozenset({Role.OFFICER, Role.EDITOR, Role.PUBLISHER}),
}
"""Which roles the holder of a role may give for the same body. A platform operator gives any role, anywhere."""
MANAGERS: Final = frozenset({Role.PLATFORM_OPERATOR, *GIVERS})
"""Who sees the people of a body, and may invite some."""


@dataclass(frozen=True)
class Limits:
    """How long a session lives: without a request, and from sign-in on."""

    idle: timedelta
    whole: timedelta


STAFF_LIMITS: Final = Limits(idle=timedelta(minutes=30), whole=timedelta(hours=12))
CITIZEN_LIMITS: Final = Limits(idle=timedelta(hours=2), whole=timedelta(hours=24))

Over = Literal["idle", "whole", "agent"]

_FAMILIES: Final = (
    # More exact names first: Edge and Opera also say Chrome, Chrome also says Safari.
    ("Edge", re.compile(r"\bEdg(?:e|A|iOS)?/")),
    ("Opera", re.compile(r"\bOPR/|\bOpera\b")),
    ("Yandex", re.compile(r"\bYaBrowser/")),
    ("Samsung Internet", re.compile(r"\bSamsungBrowser/")),
    ("Firefox", re.compile(r"\bFirefox/|\bFxiOS/")),
    ("Chrome", re.compile(r"\bChrom(?:e|ium)/|\bCriOS/|\bHeadlessChrome/")),
    ("Safari", re.compile(r"\bSafari/")),
)
_SYSTEMS: Final = (
    ("Android", re.compile(r"\bAndroid\b")),
    ("iOS", re.compile(r"\biPhone\b|\biPad\b")),
    ("Windows", re.compile(r"\bWindows\b")),
    ("macOS", re.compile(r"\bMacintosh\b|\bMac OS X\b")),
    ("Linux", re.compile(r"\bLinux\b|\bX11\b")),
)


def fits(role: Role, *, for_body: bool) -> bool:
    """Whether a role can be held for a body, or (`for_body` false) for the whole platform."""
    return role in (BODY_ROLES if for_body else PLATFORM_ROLES)


def may_give(actor: Actor, role: Role, body_id: int | None) -> bool:
    """Whether the actor may give this role there, or take it away. To whom, is judged by `may_give_to`."""
    if actor.kind == "system" or actor.has(Role.PLATFORM_OPERATOR):
        return True
    if body_id is None:
        return False
    return any(role in given and (giver, body_id) in actor.grants for giver, given in GIVERS.items())


def may_give_to(actor: Actor, user_id: str) -> bool:
    """Nobody gives roles to themselves: a second person stands behind every right."""
    return actor.kind != "person" or actor.id != user_id


def may_confirm_reset(actor: Actor, user_id: str, requested_by: str) -> bool:
    """Whether the actor may be the second of the two operators that take a lost factor from a person."""
    return may_request_reset(actor, user_id) and actor.id != requested_by


def may_request_reset(actor: Actor, user_id: str) -> bool:
    """Whether the actor may be the first of the two."""
    return actor.kind == "person" and actor.has(Role.PLATFORM_OPERATOR) and actor.id != user_id


def over(limits: Limits, signed_in_at: datetime, seen_at: datetime, now: datetime) -> Over | None:
    """Why a session has ended by time, or None while it lives."""
    if now - signed_in_at >= limits.whole:
        return "whole"
    return "idle" if now - seen_at >= limits.idle else None


def agent_of(header: str) -> str:
    """The family of a browser and its system, as "Firefox, Linux"; versions change under a session, families do not."""
    family = next((name for name, pattern in _FAMILIES if pattern.search(header)), "")
    system = next((name for name, pattern in _SYSTEMS if pattern.search(header)), "")
    return ", ".join(part for part in (family, system) if part) or header.partition("/")[0][:40] or "?"
