"""Who is here: the person behind a request, and what this session has proven of them.

A proof stands in the session with the id of the person it is about, so that it never speaks for another. Grants count
only in a session that has shown a factor: a stolen password alone is worth nothing of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal, cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from kopir.accounts import rules
from kopir.accounts.models import Level, RoleGrant, User
from kopir.accounts.sessions import ADDRESS, AGENT, SIGNED_IN_AT, SessionStore, digest
from kopir.base.actors import Actor, Role

PROOF: Final = "proof"
Means = Literal["password", "factor", "provider"]
Grants = frozenset[tuple[Role, int | None]]
_ATTRIBUTE: Final = "_kopir_presence"


@dataclass(frozen=True)
class Proof:
    """When the person last showed what, in this session; `level` is what a provider of identity vouched for."""

    password_at: datetime | None = None
    factor_at: datetime | None = None
    provider_at: datetime | None = None
    provider_level: Level = Level.CLAIMED

    @property
    def level(self) -> Level:
        """How sure it is that the person at the keyboard is the owner of the account."""
        own = Level.SUBSTANTIAL if self.factor_at else Level.LOW if self.password_at else Level.CLAIMED
        return max(own, self.provider_level)

    def is_fresh(self, now: datetime, limit: timedelta, *, by_factor: bool) -> bool:
        """Whether the strongest means that was shown in this session was shown lately enough."""
        at = self.factor_at or (None if by_factor else self.password_at or self.provider_at)
        return at is not None and now - at < limit


@dataclass(frozen=True)
class Presence:
    """One request's person (None: a stranger), with all grants held, and the proof of this session."""

    user: User | None = None
    grants: Grants = field(default=frozenset())
    proof: Proof = field(default=Proof())
    address: str = ""
    session: str = ""

    @property
    def needs_factor(self) -> bool:
        """Whether this is staff that has not shown a second factor in this session."""
        return bool(self.grants) and self.proof.factor_at is None

    @property
    def actor(self) -> Actor:
        """The person as actions know them; without a factor in this session, without any grant."""
        if self.user is None:
            return Actor("anonymous", address=self.address, session=self.session)
        grants = frozenset() if self.needs_factor else self.grants
        return Actor("person", str(self.user.pk), str(self.user), self.address, self.session, grants)


def address_of(request: HttpRequest) -> str:
    """Where the request comes from; what proxies say has been judged before."""
    return str(request.META.get("REMOTE_ADDR", ""))


def has_session(request: HttpRequest) -> bool:
    """Whether the request brings a session; where it does not, none is touched, so that its answer can be kept."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES or not request.session.is_empty()


def find_presence(request: HttpRequest) -> Presence:
    """The presence behind a request, asked for once: at most one query for the grants."""
    found: Presence | None = getattr(request, _ATTRIBUTE, None)
    if found is None:
        found = _look(request)
        setattr(request, _ATTRIBUTE, found)
    return found


def forget(request: HttpRequest) -> None:
    """Look again next time: the person, the grants or the proof have changed within this request."""
    if hasattr(request, _ATTRIBUTE):
        delattr(request, _ATTRIBUTE)


def note(request: HttpRequest, user: User, means: Means, now: datetime, level: Level = Level.CLAIMED) -> None:
    """Write down that `user` has just shown this; `level` is for providers of identity alone."""
    kept = request.session.get(PROOF, {})
    proof: dict[str, Any] = dict(kept) if kept.get("user") == str(user.pk) else {"user": str(user.pk)}
    proof[f"{means}_at"] = now.isoformat()
    if means == "provider":
        proof["provider_level"] = int(level)
    request.session[PROOF] = proof
    forget(request)


def describe(request: HttpRequest, now: datetime) -> None:
    """Write into a session at sign-in what is later shown, limited and compared."""
    request.session[SIGNED_IN_AT] = now.isoformat()
    request.session[AGENT] = rules.agent_of(request.headers.get("User-Agent", ""))
    request.session[ADDRESS] = address_of(request) or None
    forget(request)


def why_over(request: HttpRequest, presence: Presence, now: datetime) -> rules.Over | None:
    """Why the session of a person has ended, or None while it lives."""
    session = cast("SessionStore", request.session)
    signed_in_at = session.get(SIGNED_IN_AT)
    if signed_in_at is None:
        return "whole"
    if session.get(AGENT) != rules.agent_of(request.headers.get("User-Agent", "")):
        return "agent"
    limits = rules.STAFF_LIMITS if presence.grants else rules.CITIZEN_LIMITS
    return rules.over(limits, datetime.fromisoformat(signed_in_at), session.seen_at or now, now)


def _look(request: HttpRequest) -> Presence:
    address = address_of(request)
    if not hasattr(request, "session") or not has_session(request):
        return Presence(address=address)
    user: Any = getattr(request, "user", AnonymousUser())
    if not user.is_authenticated:
        return Presence(address=address)
    return Presence(
        user=user,
        grants=list_grants(user),
        proof=_proof(request.session.get(PROOF, {}), user),
        address=address,
        session=digest(request.session.session_key or ""),
    )


def list_grants(user: User) -> Grants:
    """What the person holds at this moment."""
    found = RoleGrant.objects.filter(user=user, ended_at=None).values_list("role", "body_id")
    return frozenset((Role(role), body_id) for role, body_id in found)


def _proof(kept: Mapping[str, Any], user: User) -> Proof:
    if kept.get("user") != str(user.pk):
        return Proof()

    def at(means: Means) -> datetime | None:
        text = kept.get(f"{means}_at")
        return datetime.fromisoformat(text) if text else None

    return Proof(at("password"), at("factor"), at("provider"), Level(kept.get("provider_level", 0)))
