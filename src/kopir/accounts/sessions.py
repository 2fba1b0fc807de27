"""The engine of sessions: Django's, in the database, with two differences.

A row is found by a digest of what the cookie holds, so whoever reads the database or its backup can open no session
with it. And a row says whose it is, since when, from where and with which program, so that sessions can be listed,
limited and revoked; all of that is taken from the session's own data, which stays the one truth.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from kopir.accounts.models import Session
from kopir.base import clock

AGENT: Final = "agent"
ADDRESS: Final = "address"
SIGNED_IN_AT: Final = "signed_in_at"
SEEN_STEP: Final = timedelta(seconds=60)
"""How exactly it is known when a session was last seen; a write for each request would cost too much."""


def digest(session_key: str) -> str:
    """The primary key of the row behind a cookie: 160 bits of SHA-256."""
    return sha256(session_key.encode()).hexdigest()[:40]


class SessionStore(DatabaseStore):
    """One session. `row` is what the database held when the session was loaded, None before."""

    row: Session | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    @property
    def seen_at(self) -> datetime | None:
        """When this session was last seen before this request."""
        return self.row.seen_at if self.row else None

    def touch(self, now: datetime) -> None:
        """Note that the session is used; writes at most once a minute."""
        if self.row and now - self.row.seen_at >= SEEN_STEP:
            Session.objects.filter(pk=self.row.pk).update(seen_at=now)
            self.row.seen_at = now

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(pk=digest(session_key)).exists()

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            Session.objects.filter(pk=digest(key)).delete()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        signed_in_at = data.get(SIGNED_IN_AT)
        return Session(
            session_key=digest(self._get_or_create_session_key()),  # type: ignore[attr-defined]  # the stubs lack it
            session_data=self.encode(data),
            expire_date=clock.now() + timedelta(seconds=self.get_expiry_age()),
            user_id=data.get(SESSION_KEY),
            agent=data.get(AGENT, ""),
            address=data.get(ADDRESS),
            signed_in_at=datetime.fromisoformat(signed_in_at) if signed_in_at else None,
            seen_at=clock.now(),
        )

    def _get_session_from_db(self) -> Session | None:
        key = self.session_key
        self.row = Session.objects.filter(pk=digest(key), expire_date__gt=clock.now()).first() if key else None
        if self.row is None:
            self._session_key = None
        return self.row
