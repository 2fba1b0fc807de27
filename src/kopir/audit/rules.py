"""The bytes of a row, the hashes of the chain, and what a row may hold (docs/reference/audit.md). Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from django.utils.functional import Promise

from kopir.wire import cbor
from kopir.wire.merkle import EMPTY_ROOT, leaf_hash, node_hash

FORM: Final = "kopir audit row 1"
GENESIS: Final = EMPTY_ROOT
"""The head of a chain without rows."""
LIMIT_TEXT_BYTES: Final = 1 << 20
SECRETS: Final = ("password", "passphrase", "secret", "token", "private_key", "recovery_code", "otp", "session_key")
"""Parts of names of fields whose values have no place in a record that is kept for ever."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_ACTION: Final = re.compile(r"[a-z][a-z_]*\.[a-z][a-z0-9_]*")
_SUBJECT: Final = re.compile(r"[a-z][a-z_]*\.[a-z][a-z0-9_]*:[^\s\x00-\x1f]+")
_SESSION_LETTERS: Final = 16


@dataclass(frozen=True)
class Facts:
    """What a row says. Texts `origin`, `before` and `after` are canonical JSON; sealed parts are ciphertext."""

    id: int
    at: datetime
    actor_kind: str
    actor_id: str
    origin: str | None
    origin_sealed: bytes | None
    action: str
    subject: str
    body_id: int | None
    before: str | None
    after: str | None
    person: str
    personal_sealed: bytes | None


def row_hash(facts: Facts) -> bytes:
    """The hash of a row: SHA-256 of 0x00 and its bytes."""
    return leaf_hash(row_bytes(facts))


def row_bytes(facts: Facts) -> bytes:
    """The one encoding of a row."""
    return cbor.encode(
        [
            FORM,
            facts.id,
            (facts.at - _EPOCH) // _MICROSECOND,
            facts.actor_kind,
            facts.actor_id,
            facts.origin,
            facts.origin_sealed,
            facts.action,
            facts.subject,
            facts.body_id,
            facts.before,
            facts.after,
            facts.person,
            facts.personal_sealed,
        ]
    )


def next_head(head: bytes, row: bytes) -> bytes:
    """The head after one more row: SHA-256 of 0x01, the head before and the row's hash."""
    return node_hash(head, row)


def canonical(values: Mapping[str, Any] | None) -> str | None:
    """The one JSON text of `values`: keys sorted, no blanks, UTF-8 as it is.

    Raises ValueError for a field that holds a secret, for what has no JSON form, and over 1 MiB.
    """
    if values is None:
        return None
    _refuse_secrets(values)
    text = json.dumps(
        values, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_plain
    )
    if len(text.encode()) > LIMIT_TEXT_BYTES:
        raise ValueError(f"what is recorded has more than {LIMIT_TEXT_BYTES} bytes; record a digest of it")
    return text


def check_names(action: str, subject: str) -> None:
    """Raise ValueError unless they are like "bodies.rename" and "bodies.body:12"."""
    if not _ACTION.fullmatch(action):
        raise ValueError(f'an action is named like "bodies.rename", not {action!r}')
    if not _SUBJECT.fullmatch(subject):
        raise ValueError(f'a subject is named like "bodies.body:12", not {subject!r}')


def session_name(session: str) -> str:
    """A name for a session that does not open it: the same for all rows of one session, and no way back."""
    return sha256(b"kopir session\x00" + session.encode()).hexdigest()[:_SESSION_LETTERS] if session else ""


def _refuse_secrets(value: object) -> None:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            holds_text = not (inner is None or isinstance(inner, bool | int))
            if holds_text and any(word in str(key).lower() for word in SECRETS):
                raise ValueError(f"the field {key!r} is a secret and is never recorded; leave it out")
            _refuse_secrets(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_secrets(inner)


def _plain(value: object) -> str:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, UUID | Decimal | Promise):
        return str(value)
    raise ValueError(f"a {type(value).__name__} cannot be recorded; give text, numbers, lists and objects of them")
