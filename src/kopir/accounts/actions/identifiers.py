"""National identifiers: what a person states, and what a provider of identity or an operator has confirmed.

A confirmed number opens the account, so the person is told when one comes or goes; a claim opens nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from kopir.accounts.actions.people import register_arrival
from kopir.accounts.errors import IdentifierError, IdentifierTakenError, NotPermittedError, UnknownPersonError
from kopir.accounts.events import LetterDue
from kopir.accounts.models import Level, NationalId, User
from kopir.accounts.schemes import find_scheme
from kopir.audit.actions import record
from kopir.base.actors import Actor, Role
from kopir.base.events import emit
from kopir.bodies.identifiers import normalize


def state_identifier(*, user: User, country: str, scheme: str, value: str, actor: Actor, now: datetime) -> NationalId:
    """Keep what a person states of themselves; nothing rests on it. Raises IdentifierError, NotPermittedError.

    A confirmed identifier of the kind is not overwritten by a claim: IdentifierTakenError.
    """
    if actor.id != str(user.pk):
        raise NotPermittedError
    clean = check_identifier(country, scheme, value)
    with transaction.atomic():
        if user.national_ids.filter(country=country, scheme=scheme, level__gt=Level.CLAIMED).exists():
            raise IdentifierTakenError
        return _keep(_Fact(user, country, scheme, clean), actor, now)


def confirm_identifier(
    *, user: User, country: str, scheme: str, value: str, level: Level, source: str, actor: Actor, now: datetime
) -> NationalId:
    """Keep an identifier that `source` vouches for at `level`: the system for a provider, or an operator by hand.

    A confirmation never lowers the level of the same number. Raises IdentifierError, NotPermittedError (also for
    oneself), and IdentifierTakenError where the number is confirmed for somebody else, or another number of the kind
    for this person: who signs in through a provider at a browser left open must not become the owner's double.
    """
    by_operator = actor.has(Role.PLATFORM_OPERATOR) and actor.id != str(user.pk)
    if actor.kind != "system" and not by_operator:
        raise NotPermittedError
    if level == Level.CLAIMED:
        raise ValueError("a confirmation has a level above a claim")
    clean = check_identifier(country, scheme, value)
    try:
        with transaction.atomic():
            # With the row of the person locked, so that of two confirmations at once the second sees the first.
            User.objects.select_for_update().get(pk=user.pk)
            kept = user.national_ids.filter(country=country, scheme=scheme, level__gt=Level.CLAIMED).first()
            if kept is not None and kept.value != clean:
                raise IdentifierTakenError
            if kept is not None and kept.level >= level:
                return kept
            return _keep(_Fact(user, country, scheme, clean, level, source), actor, now)
    except IntegrityError as error:
        raise IdentifierTakenError from error


def arrive(
    *,
    user: User | None,
    name: str,
    language: str,
    country: str,
    scheme: str,
    value: str,
    level: Level,
    source: str,
    actor: Actor,
    now: datetime,
) -> User:
    """Keep whom a provider vouches for: the number is confirmed for `user`, or for an account made now.

    Raises as `confirm_identifier` does, and then makes no account.
    """
    with transaction.atomic():
        person = user or register_arrival(name=name, language=language, actor=actor, now=now)
        confirm_identifier(
            user=person, country=country, scheme=scheme, value=value, level=level, source=source, actor=actor, now=now
        )
    return person


def remove_identifier(*, identifier: NationalId, actor: Actor, now: datetime) -> None:
    """Take an identifier from an account: the owner, or an operator. Raises NotPermittedError, UnknownPersonError."""
    if actor.id != str(identifier.user_id) and not actor.has(Role.PLATFORM_OPERATOR):
        raise NotPermittedError
    with transaction.atomic():
        deleted, _ = NationalId.objects.filter(pk=identifier.pk).delete()
        if not deleted:
            raise UnknownPersonError
        _record(identifier, actor, now, before={"value": identifier.value}, after=None)
        if identifier.level > Level.CLAIMED:
            _tell("accounts.number_removed", identifier)


def check_identifier(country: str, scheme: str, value: str) -> str:
    """The normal form of a number. Raises IdentifierError for one that is none of its kind, or of an unknown kind."""
    found = find_scheme(country, scheme)
    clean = normalize(value)
    if found is None or found.fault_of(clean) is not None:
        raise IdentifierError(scheme=scheme.upper())
    return clean


@dataclass(frozen=True)
class _Fact:
    user: User
    country: str
    scheme: str
    value: str
    level: Level = Level.CLAIMED
    source: str = ""


def _keep(fact: _Fact, actor: Actor, now: datetime) -> NationalId:
    before = fact.user.national_ids.filter(country=fact.country, scheme=fact.scheme).first()
    identifier, _ = NationalId.objects.update_or_create(
        user=fact.user,
        country=fact.country,
        scheme=fact.scheme,
        defaults={
            "value": fact.value,
            "level": fact.level,
            "confirmed_by": fact.source,
            "confirmed_at": now if fact.level > Level.CLAIMED else None,
        },
    )
    was = {"value": before.value, "level": before.level} if before else None
    _record(identifier, actor, now, before=was, after={"value": fact.value, "level": int(fact.level)})
    opened = before is not None and before.value == fact.value and before.level > Level.CLAIMED
    if fact.level > Level.CLAIMED and not opened:
        _tell("accounts.number_linked", identifier)
    return identifier


def _tell(template: str, identifier: NationalId) -> None:
    """A letter that says which kind of number it is, never its digits."""
    context = {"scheme": identifier.scheme.upper(), "country": identifier.country}
    emit(LetterDue(template, identifier.user.language, context, user_id=str(identifier.user_id)))


def _record(
    identifier: NationalId,
    actor: Actor,
    now: datetime,
    *,
    before: dict[str, object] | None,
    after: dict[str, object] | None,
) -> None:
    record(
        actor=actor,
        action="accounts.keep_identifier" if after else "accounts.remove_identifier",
        subject=f"accounts.user:{identifier.user_id}",
        after={"country": identifier.country, "scheme": identifier.scheme, "level": int(identifier.level)},
        person=str(identifier.user_id),
        personal_before=before,
        personal_after=after,
        now=now,
    )
