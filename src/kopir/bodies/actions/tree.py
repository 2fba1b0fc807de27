"""Making, changing, moving and closing bodies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

from kopir.audit.actions import record
from kopir.base.actors import Actor
from kopir.base.errors import NotAllowedError
from kopir.base.events import emit
from kopir.bodies.actions.checking import CLOSED_PARENT, TOO_DEEP, check_fields
from kopir.bodies.actions.locking import lock_portal, only_operators
from kopir.bodies.errors import (
    BodyExistsError,
    ChangedMeanwhileError,
    HasSubordinatesError,
    OwnAncestorError,
    UnfitFieldError,
    UnknownBodyError,
)
from kopir.bodies.events import BodyChanged
from kopir.bodies.found import NAME as FOUND
from kopir.bodies.models import PATH_LENGTH, Body
from kopir.bodies.queries import get_country
from kopir.bodies.rules import is_inside, may_change_field
from kopir.bodies.tags import body_at, listings_between, listings_of
from kopir.pagecache.actions import touch
from kopir.pagecache.tagged import tag_of, tags_of
from kopir.search.actions import changed as found_anew

PLAIN_FIELDS = (
    "slug",
    "kind",
    "code",
    "names",
    "short_names",
    "head",
    "duties",
    "postal_address",
    "hours",
    "phone",
    "site",
    "region",
)
_NO_LISTINGS: frozenset[str] = frozenset()


@transaction.atomic
def create_body(*, parent: Body | None, actor: Actor, now: datetime, **fields: Any) -> Body:  # noqa: ANN401
    """Make a body from `fields` of `PLAIN_FIELDS`; slug, kind and names are a must.

    Raises NotAllowedError, UnfitFieldError, WrongNumberError, BodyExistsError.
    """
    only_operators(actor)
    lock_portal()
    if unknown := sorted(set(fields) - set(PLAIN_FIELDS)):
        raise TypeError(f"a body has no {', '.join(unknown)}")
    checked = check_fields(fields)
    above = _get_open(parent)
    body = Body(parent=above, created_at=now, changed_at=now, path="", **checked)
    _check_unique(body)
    body.order = Body.objects.count() + 1
    _save(body)
    _set_path(body)
    touch(body_at(body.slug), *listings_between(_NO_LISTINGS, _listings(body)))
    _record(actor, "bodies.create_body", body, None, {**_plain(body, checked), "parent": above and above.slug}, now=now)
    return body


@transaction.atomic
def change_body(
    *,
    body: Body,
    revision: int,
    actor: Actor,
    now: datetime,
    **fields: Any,  # noqa: ANN401
) -> Body:
    """Change fields of `PLAIN_FIELDS`; `revision` is that of the body which the caller has seen.

    What does not differ is left alone, and where nothing does, nothing is written. Raises NotAllowedError,
    ChangedMeanwhileError, and what `create_body` raises.
    """
    lock_portal()
    stored = _get_for_update(body.pk)
    if unknown := sorted(set(fields) - set(PLAIN_FIELDS)):
        raise TypeError(f"a body has no {', '.join(unknown)}")
    changed = {name: value for name, value in fields.items() if getattr(stored, name) != value}
    if not all(may_change_field(actor, stored.pk, name) for name in changed or fields):
        raise NotAllowedError
    if not changed:
        return stored
    _check_revision(stored, revision)
    checked = check_fields(changed, kind=stored.kind)
    before, listed = _plain(stored, checked), _listings(stored)
    for name, value in checked.items():
        setattr(stored, name, value)
    _check_unique(stored)
    _renew(stored, now)
    touch(body_at(stored.slug), *tags_of(stored, checked), *listings_between(listed, _listings(stored)))
    _record(actor, "bodies.change_body", stored, before, _plain(stored, checked), now=now)
    return stored


@transaction.atomic
def move_body(*, body: Body, parent: Body | None, revision: int, actor: Actor, now: datetime) -> Body:
    """Put a body with all below it under another one, or at the top.

    Raises OwnAncestorError where `parent` is the body itself or below it; NotAllowedError, ChangedMeanwhileError.
    """
    only_operators(actor)
    lock_portal()
    stored = _get_for_update(body.pk)
    _check_revision(stored, revision)
    above = _get_open(parent)
    if above and is_inside(above.path, stored.path):
        raise OwnAncestorError(name=stored.name)
    if stored.parent_id == (above.pk if above else None):
        return stored
    before, old_path, listed = {"parent": stored.parent and stored.parent.slug}, stored.path, _listings(stored)
    stored.parent = above
    _renew(stored, now)
    _set_path(stored)
    touch(*_move_below(stored, old_path), *tags_of(stored, ["parent"]), *listings_between(listed, _listings(stored)))
    _record(actor, "bodies.move_body", stored, before, {"parent": above and above.slug}, now=now)
    return stored


@transaction.atomic
def archive_body(*, body: Body, revision: int, actor: Actor, now: datetime) -> Body:
    """Close a body: it leaves the lists, its page and everything that names it stay in the record.

    Raises HasSubordinatesError while active bodies stand below it; NotAllowedError, ChangedMeanwhileError.
    """
    only_operators(actor)
    lock_portal()
    stored = _get_for_update(body.pk)
    if stored.is_archived:
        return stored
    _check_revision(stored, revision)
    count = Body.objects.filter(parent=stored, is_archived=False).count()
    if count:
        raise HasSubordinatesError(name=stored.name, count=count)
    return _set_archived(stored, actor, now, is_archived=True)


@transaction.atomic
def restore_body(*, body: Body, revision: int, actor: Actor, now: datetime) -> Body:
    """Open a closed body again. Raises UnfitFieldError where the one above it is closed; NotAllowedError."""
    only_operators(actor)
    lock_portal()
    stored = _get_for_update(body.pk)
    if not stored.is_archived:
        return stored
    _check_revision(stored, revision)
    _get_open(stored.parent)
    return _set_archived(stored, actor, now, is_archived=False)


def _set_archived(body: Body, actor: Actor, now: datetime, *, is_archived: bool) -> Body:
    listed = _listings(body)
    body.is_archived = is_archived
    _renew(body, now)
    changed = listings_between(listed, _listings(body))
    touch(body_at(body.slug), *tags_of(body, ["is_archived"]), *changed, hard=is_archived)
    action = "bodies.archive_body" if is_archived else "bodies.restore_body"
    _record(actor, action, body, {"is_archived": not is_archived}, {"is_archived": is_archived}, now=now)
    return body


def _get_for_update(body_id: int) -> Body:
    body = Body.objects.select_for_update(of=("self",)).select_related("parent").filter(pk=body_id).first()
    if body is None:
        raise UnknownBodyError(name=body_id)
    return body


def _get_open(above: Body | None) -> Body | None:
    """The body under which another one comes to stand, as it is now. Raises UnfitFieldError where it is closed."""
    if above is None:
        return None
    stored = _get_for_update(above.pk)
    if stored.is_archived:
        raise UnfitFieldError(field="parent", reason=CLOSED_PARENT)
    return stored


def _check_revision(body: Body, revision: int) -> None:
    if body.revision != revision:
        raise ChangedMeanwhileError(name=body.name)


def _check_unique(body: Body) -> None:
    others = Body.objects.exclude(pk=body.pk)
    if others.filter(slug=body.slug).exists():
        raise BodyExistsError(field="slug", value=body.slug)
    if body.code and others.filter(code=body.code).exists():
        raise BodyExistsError(field="code", value=body.code)


def _save(body: Body) -> None:
    try:
        body.full_clean(exclude=["path"], validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise UnfitFieldError(field=field, reason=" ".join(messages)) from None
    body.save()


def _listings(body: Body) -> frozenset[str]:
    return listings_of(body, get_country())


def _renew(body: Body, now: datetime) -> None:
    body.revision += 1
    body.changed_at = now
    _save(body)


def _set_path(body: Body) -> None:
    body.path = f"{body.parent.path if body.parent else ''}{body.pk}/"
    if len(body.path) > PATH_LENGTH:
        raise UnfitFieldError(field="parent", reason=TOO_DEEP)
    body.save(update_fields=["path"])


def _move_below(body: Body, old_path: str) -> list[str]:
    """Give everything below the body the new beginning of its path, in one statement; the tags of what that was."""
    below = Body.objects.filter(path__startswith=old_path).exclude(pk=body.pk)
    tags = [tag_of(Body, pk) for pk in below.values_list("pk", flat=True)]
    below.update(path=Concat(Value(body.path), Substr(F("path"), len(old_path) + 1)))
    return tags


def _plain(body: Body, fields: Mapping[str, object]) -> dict[str, Any]:
    """Fields of a body as the record keeps them."""
    values = {name: getattr(body, name) for name in fields}
    return values | ({"region": body.region and body.region.code} if "region" in values else {})


def _record(
    actor: Actor, action: str, body: Body, before: dict[str, Any] | None, after: dict[str, Any], *, now: datetime
) -> None:
    record(
        actor=actor,
        action=action,
        subject=f"bodies.body:{body.pk}",
        body_id=body.pk,
        before=before,
        after=after,
        now=now,
    )
    found_anew(FOUND, [body.pk])
    emit(BodyChanged(body.pk, body.slug))
