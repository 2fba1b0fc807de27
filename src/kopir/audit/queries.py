"""What may be read of the record, and whether it is in order."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from kopir.base.actors import Actor, Role
from kopir.base.errors import NotAllowedError

from . import keys, triggers
from .bridge import Journaled, read_journaled
from .errors import MasterKeyError, UnknownRowError
from .keys import ORIGIN, PERSONAL
from .models import Handover, Link, Row, Waiting
from .names import ACTIONS, KINDS, NAMES, FindNames
from .verify import Report, verify

LATE_SEAL: Final = timedelta(minutes=1)
"""For how long a row may wait; the sealer comes every second."""
LIMIT_CHOICES: Final = 500
LATE_HANDOVER: Final = timedelta(minutes=5)


_STEPS: Final = """
    {column}_step (value) AS (
        SELECT min({column}) FROM audit_row
        UNION ALL
        SELECT (SELECT min({column}) FROM audit_row WHERE {column} > {column}_step.value)
        FROM {column}_step WHERE {column}_step.value IS NOT NULL
    )
"""
"""The values of a column of the whole record, from one to the next along the index, not row by row."""
_CHOICES: Final = """
    WITH RECURSIVE {actions}, {bodies}
    SELECT * FROM (
        SELECT value AS action, CAST(NULL AS bigint) AS body_id FROM action_step WHERE value IS NOT NULL LIMIT {limit}
    ) AS actions
    UNION ALL
    SELECT * FROM (
        SELECT CAST(NULL AS varchar(200)), value FROM body_id_step WHERE value IS NOT NULL LIMIT {limit}
    ) AS bodies
"""


@dataclass(frozen=True)
class Choices:
    """By what the record can be narrowed: every action that was recorded, and the bodies of the rows, each sorted."""

    actions: tuple[str, ...]
    body_ids: tuple[int, ...]


@dataclass(frozen=True)
class Filter:
    """What an auditor looks for; what is None or empty narrows nothing. `person` acted or is spoken of."""

    body_id: int | None = None
    person: str = ""
    action: str = ""
    subject: str = ""
    day: date | None = None


def register_names(kind: str, find: FindNames) -> None:
    """Tell how the subjects of a kind ("bodies.body") are called; for `ready()` of the rooms above."""
    NAMES.add(kind, find)


def register_words(actions: Mapping[str, Promise], kinds: Mapping[str, Promise]) -> None:
    """Tell in words the actions of a room and the kinds of things that it does them to; for its `ready()`."""
    for code, words in actions.items():
        ACTIONS.add(code, words)
    for kind, words in kinds.items():
        KINDS.add(kind, words)


def list_rows(*, actor: Actor, wanted: Filter, zone: ZoneInfo) -> QuerySet[Row]:
    """Rows that the actor may see, the newest first; a day is one of the zone.

    Operators of the platform and its auditors see all, auditors of bodies the rows of those. Raises NotAllowedError.
    """
    rows = _visible(actor).order_by("-pk")
    if wanted.body_id is not None:
        rows = rows.filter(body_id=wanted.body_id)
    if wanted.person:
        rows = rows.filter(Q(person=wanted.person) | Q(actor_id=wanted.person, actor_kind="person"))
    if wanted.action:
        rows = rows.filter(action=wanted.action)
    if wanted.subject:
        rows = rows.filter(subject=wanted.subject)
    if wanted.day is not None:
        if wanted.day.year in {MINYEAR, MAXYEAR}:  # not all of such a day can be told in another zone
            return rows.none()
        start = datetime.combine(wanted.day, time.min, zone)
        end = datetime.combine(wanted.day + timedelta(days=1), time.min, zone)
        rows = rows.filter(at__gte=start, at__lt=end)
    return rows


def get_row(*, actor: Actor, row_id: int) -> Row:
    """One row; raises UnknownRowError, also for one that the actor may not see, and NotAllowedError."""
    row = _visible(actor).filter(pk=row_id).first()
    if row is None:
        raise UnknownRowError
    return row


def get_choices(*, actor: Actor) -> Choices:
    """What stands in the rows that the actor may see, in one query; raises NotAllowedError."""
    rows = _visible(actor)
    if rows.query.where:
        columns = ("action", "body_id")
        found: Iterable[tuple[str | None, int | None]] = rows.order_by(*columns).values_list(*columns).distinct()
    else:
        with connection.cursor() as cursor:
            steps = {"actions": _STEPS.format(column="action"), "bodies": _STEPS.format(column="body_id")}
            cursor.execute(_CHOICES.format(**steps, limit=LIMIT_CHOICES))
            found = cursor.fetchall()
    pairs = list(found)
    return Choices(
        tuple(sorted({action for action, _body in pairs if action is not None})[:LIMIT_CHOICES]),
        tuple(sorted({body_id for _action, body_id in pairs if body_id is not None})[:LIMIT_CHOICES]),
    )


def open_origins(rows: Sequence[Row]) -> list[dict[str, str] | None]:
    """For each row name, address and session of who acted; None where the person's key is destroyed."""
    sealed = [(row.actor_id, bytes(row.origin_sealed)) for row in rows if row.origin_sealed is not None]
    opened = iter(keys.open_many(ORIGIN, sealed))
    texts = [row.origin if row.origin_sealed is None else next(opened) for row in rows]
    return [None if text is None else json.loads(text) for text in texts]


def open_personal(row: Row) -> dict[str, Any] | None:
    """What a row holds about its person. For `actions.read_personal`, which records the reading."""
    if row.personal_sealed is None:
        return None
    text = keys.open_sealed(row.person, PERSONAL, bytes(row.personal_sealed))
    return None if text is None else json.loads(text)


def find_link(row: Row) -> Link | None:
    """Where the row stands in the chain; None while it waits."""
    return Link.objects.filter(row_id=row.pk).first()


def verify_record(journal: Path | None) -> tuple[Report, Journaled | None]:
    """Check the whole record, and hold it against the journal in this folder. Raises ProtocolError, OSError."""
    journaled = None if journal is None else read_journaled(journal, settings.KOPIR_AUDIT_NAME)
    return verify(() if journaled is None else journaled.heads), journaled


def find_faults(*, now: datetime) -> list[str]:
    """What an operator must mend, in English, each with its remedy; empty where all is well."""
    faults = []
    missing = triggers.find_missing(connection)
    if missing:
        faults.append(
            f"the record of actions can be changed: the database lacks {', '.join(missing)}; "
            "find out who removed them, then `manage.py migrate audit 0001` and `manage.py migrate audit`"
        )
    oldest = Waiting.objects.order_by("at").first()
    if oldest is not None and now - oldest.at > LATE_SEAL:
        faults.append(f"rows of the record wait since {oldest.at:%Y-%m-%d %H:%M} to be sealed: start the worker")
    faults += _find_bridge_faults(now)
    try:
        keys.check_master_key()
    except MasterKeyError as error:
        faults.append(str(error))
    return faults


def _find_bridge_faults(now: datetime) -> list[str]:
    last = Link.objects.order_by("-position").first()
    if last is None:
        return []
    if not settings.KOPIR_BRIDGE_CONTROL:
        return ["the record of actions is not time-stamped: set KOPIR_BRIDGE_CONTROL to the bridge's control port"]
    state = Handover.objects.filter(pk=1).first()
    first = Link.objects.filter(position__gt=state.size if state else 0).order_by("position").first()
    if first is None or now - first.sealed_at <= LATE_HANDOVER:
        return []
    why = state.failure if state and state.failure else "nobody hands it over: start the worker"
    return [f"the head of the record was not taken by the bridge since {first.sealed_at:%Y-%m-%d %H:%M}: {why}"]


def _visible(actor: Actor) -> QuerySet[Row]:
    if actor.has(Role.AUDITOR) or actor.has(Role.PLATFORM_OPERATOR):
        return Row.objects.all()
    bodies = [body_id for role, body_id in actor.grants if role == Role.AUDITOR and body_id is not None]
    if not bodies:
        raise NotAllowedError
    return Row.objects.filter(body_id__in=bodies)
