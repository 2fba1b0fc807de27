"""Every read about people that is more than a key. Lists are narrowed to what the actor may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, FilteredRelation, OuterRef, Prefetch, Q, QuerySet, Subquery, Window
from django.http import HttpRequest

from kopir.accounts import presence, rules
from kopir.accounts.errors import NotPermittedError, UnknownPersonError
from kopir.accounts.models import FactorReset, Invitation, Level, NationalId, RoleGrant, Session, User
from kopir.base.actors import Actor, Role

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
SEES_ALL = (Role.PLATFORM_OPERATOR, Role.AUDITOR)
LAST_PAGE = 100_000
"""Pages behind it are not counted to; SQLite takes no number of any length."""


def get_actor(request: HttpRequest) -> Actor:
    """Who acts in this request. Grants are there only once the session has shown a second factor."""
    return presence.find_presence(request).actor


def find_user(user_id: str | UUID) -> User | None:
    """A person by id."""
    try:
        return User.objects.filter(pk=user_id).first()
    except ValidationError:
        return None


def find_names(ids: list[str]) -> dict[str, str]:
    """The names of people by id: for the record of actions, which knows ids alone."""
    return {str(user.pk): str(user) for user in User.objects.filter(pk__in=[one for one in ids if _is_uuid(one)])}


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def get_person(user_id: str | UUID, actor: Actor) -> User:
    """A person as `list_people` has them. Raises UnknownPersonError where the actor may not see them."""
    user = list_people(actor).prefetch_related(None).filter(pk=user_id).first()
    if user is None:
        raise UnknownPersonError
    return user


@dataclass(frozen=True)
class PersonFacts:
    """A person for the administration, and in the same query whether they have a factor and which reset waits.

    `sessions` are the open ones, last used first, where they were asked for.
    """

    user: User
    has_factor: bool
    reset_id: int | None
    sessions: tuple[Session, ...] = ()


def get_person_facts(user_id: str | UUID, actor: Actor, now: datetime) -> PersonFacts:
    """A person as `get_person` has them, with what their page says of them. Raises UnknownPersonError."""
    found = list_people(actor).prefetch_related(None).filter(pk=user_id)
    if not actor.has(Role.PLATFORM_OPERATOR):  # nobody else is shown them
        return _facts(found, now)
    is_open = Q(sessions__expire_date__gt=now)
    found = found.annotate(open_session=FilteredRelation("sessions", condition=is_open))
    found = found.select_related("open_session")  # type: ignore[misc]  # the plugin knows fields alone
    return _facts(found.order_by("-open_session__seen_at"), now)


def get_own_facts(user: User, now: datetime) -> PersonFacts:
    """The same of oneself. Raises UnknownPersonError."""
    return _facts(User.objects.filter(pk=user.pk), now)


def _facts(found: QuerySet[User], now: datetime) -> PersonFacts:
    factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
    resets = _open_resets(now).filter(user=OuterRef("pk")).order_by("pk")
    rows = list(found.annotate(with_factor=Exists(factors), waiting=Subquery(resets.values("pk")[:1])))
    if not rows:
        raise UnknownPersonError
    sessions = (getattr(row, "open_session", None) for row in rows)  # a row for each, or one row without any
    return PersonFacts(rows[0], rows[0].with_factor, rows[0].waiting, tuple(one for one in sessions if one is not None))


def list_people(actor: Actor, words: str = "") -> QuerySet[User]:
    """People whom the actor may see, by name; `words` narrows by name or address.

    All for operators and auditors of the platform, for others the staff of the bodies where they may give roles.
    """
    people = User.objects.order_by("name", "email").prefetch_related(
        Prefetch("grants", RoleGrant.objects.filter(ended_at=None).select_related("body").order_by("role"))
    )
    if not any(actor.has(role) for role in SEES_ALL):
        here = RoleGrant.objects.filter(user=OuterRef("pk"), ended_at=None, body__in=managed_bodies(actor))
        people = people.filter(Exists(here))
    for word in words.replace("\0", " ").split()[:5]:  # PostgreSQL takes no NUL
        people = people.filter(Q(name__icontains=word) | Q(email__icontains=word))
    return people


def page_of_people(people: QuerySet[User], size: int, number: str) -> Page[User]:
    """One page of people, and how many there are by the same query; for a page that is not there, the last."""
    pages = Paginator(people, size)
    first = int(number) if number.isdecimal() and len(number) < 8 and 0 < int(number) <= LAST_PAGE else 1
    found = list(people.annotate(total=Window(Count("pk")))[(first - 1) * size : first * size])
    if not found:
        return pages.get_page(number)
    pages.__dict__["count"] = found[0].total
    return Page(found, first, pages)


def managed_bodies(actor: Actor) -> frozenset[int]:
    """The bodies for which the actor may give some role; operators are not limited to any."""
    return frozenset(body_id for role, body_id in actor.grants if role in rules.GIVERS and body_id is not None)


def list_grants_of(user: User) -> QuerySet[RoleGrant]:
    """What a person holds, and what was taken away, newest first."""
    return RoleGrant.objects.filter(user=user).select_related("body", "granted_by", "ended_by").order_by("-granted_at")


def get_grant(grant_id: int) -> RoleGrant:
    """A grant in force. Raises UnknownPersonError."""
    grant = RoleGrant.objects.select_related("user", "body").filter(pk=grant_id, ended_at=None).first()
    if grant is None:
        raise UnknownPersonError
    return grant


def list_sessions(user: User, now: datetime) -> QuerySet[Session]:
    """The open sessions of a person, last used first."""
    return Session.objects.filter(user=user, expire_date__gt=now).select_related("user").order_by("-seen_at")


def get_session(key: str, user: User, now: datetime) -> Session:
    """One open session of a person by its key in the table. Raises UnknownPersonError."""
    session = None if "\0" in key else list_sessions(user, now).filter(pk=key).first()  # PostgreSQL takes no NUL
    if session is None:
        raise UnknownPersonError
    return session


def list_invitations(actor: Actor, now: datetime) -> QuerySet[Invitation]:
    """Open invitations that the actor may withdraw, the next to expire first."""
    found = Invitation.objects.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=now)
    if not actor.has(Role.PLATFORM_OPERATOR):
        found = found.filter(body__in=managed_bodies(actor))
    return found.select_related("body", "invited_by").order_by("expires_at")


def get_invitation(invitation_id: int, actor: Actor, now: datetime) -> Invitation:
    """One of `list_invitations`. Raises UnknownPersonError."""
    invitation = list_invitations(actor, now).filter(pk=invitation_id).first()
    if invitation is None:
        raise UnknownPersonError
    return invitation


def list_resets(actor: Actor, now: datetime) -> QuerySet[FactorReset]:
    """Resets that wait for the second operator. Raises NotPermittedError for who is no operator."""
    if not actor.has(Role.PLATFORM_OPERATOR):
        raise NotPermittedError
    return _open_resets(now).select_related("user", "requested_by").order_by("requested_at")


def get_reset(reset_id: int, actor: Actor, now: datetime) -> FactorReset:
    """One of `list_resets`. Raises NotPermittedError and UnknownPersonError."""
    reset = list_resets(actor, now).filter(pk=reset_id).first()
    if reset is None:
        raise UnknownPersonError
    return reset


def find_origin(user_id: str | UUID) -> str:
    """At whom the chain begins by which an operator came in, each let in by the one before; the id of that person.

    At its head stands who was let in by the system: by whoever has the machine. A person who was never an operator is
    the head of an own chain.
    """
    found, newer_than = str(user_id), None
    while True:
        grants = RoleGrant.objects.filter(user__pk=found, role=Role.PLATFORM_OPERATOR.value)
        if newer_than is not None:
            grants = grants.filter(pk__lt=newer_than)  # what was given later let nobody in, and no chain is a ring
        grant = grants.order_by("-pk").first()
        if grant is None or grant.granted_by_id is None:
            return found
        found, newer_than = str(grant.granted_by_id), grant.pk


def are_two(user_id: str | UUID, other_id: str | UUID) -> bool:
    """Whether two operators count as two: neither let the other in, nor did one operator both, however indirectly."""
    return find_origin(user_id) != find_origin(other_id)


def find_open_reset(user: User, now: datetime) -> FactorReset | None:
    """The reset of a person's factor that waits for its second operator."""
    return _open_resets(now).filter(user=user).first()


def _open_resets(now: datetime) -> QuerySet[FactorReset]:
    return FactorReset.objects.filter(confirmed_at=None, withdrawn_at=None, requested_at__gt=now - rules.RESET_LIVES)


def list_identifiers(user: User) -> QuerySet[NationalId]:
    """The national identifiers of a person."""
    return NationalId.objects.filter(user=user).order_by("country", "scheme")


def find_owner(country: str, scheme: str, value: str) -> User | None:
    """Whose confirmed number it is."""
    found = NationalId.objects.filter(country=country, scheme=scheme, value=value, level__gt=Level.CLAIMED)
    number = found.select_related("user").first()
    return number.user if number else None


def has_factor(user: User) -> bool:
    """Whether the person has a code app or a passkey."""
    return bool(Authenticator.objects.filter(user=user, type__in=FACTORS).exists())
