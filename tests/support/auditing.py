"""Every request of Django's test client that changes data and leaves no row in the record fails its test.

Also lets transactional tests empty the database, which the triggers of the record refuse. `tests/conftest.py` takes
both fixtures in, so they hold for every test that may use the database.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final
from unittest import mock

import pytest

ROWS: Final = "audit_row"
EXEMPT: Final = {
    "accounts_cache": "counters of wrong attempts and codes that were used",
    "accounts_session": "what a browser is remembered by; signing in and out have rows of their own",
    "audit_handover": "how the bridge stands, no action of anybody",
    "audit_link": "the chain over the rows themselves",
    "audit_personkey": "written with the row that needs it",
    "audit_waiting": "written with each row",
    "search_change": "what is to be found anew; the change itself has a row of its own",
    "pagecache_purge": "what a write makes stale; the write has a row of its own",
    "wagtailadmin_editingsession": "who has a page open now",
    "websites_siterendition": "pictures in other sizes, made of what was recorded",
    "wagtailcore_uploadedfile": "what was sent and has no title yet",
    "wagtailadmin_formstate": "what a preview shows, unsaved",
    "wagtailcore_pagesubscription": "Wagtail makes one for whoever opens a page",
    "django_tasks_database_dbtaskresult": "work for later; what a job does is recorded when it does it",
    "base_job": "the same: who asks for it has a row of their own, or is the system",
}
"""Tables that a request may write without a row, each with its reason."""

_WRITE: Final = re.compile(
    r"\s*(?:WITH\b.*?\)\s*)?(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|UPDATE(?:\s+ONLY)?|DELETE\s+FROM(?:\s+ONLY)?)"
    r'\s+"?(?:\w+"?\."?)?(\w+)"?',
    re.IGNORECASE | re.DOTALL,
)
# What an INSERT … RETURNING wrote is counted only once it is fetched.
_RETURNING: Final = re.compile(r"\bINSERT\b.*\bRETURNING\b", re.IGNORECASE | re.DOTALL)
_SAVEPOINT: Final = re.compile(r'\s*(SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT)\s+"?(\w+)"?', re.IGNORECASE)


class Watch:
    """Tables written through one connection, without those whose transaction or savepoint was rolled back."""

    def __init__(self) -> None:
        self._written: list[tuple[str, str]] = []

    @property
    def tables(self) -> set[str]:
        """What was written and stands."""
        return {name for kind, name in self._written if kind == "table"}

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: object, many: bool, context: dict[str, Any]
    ) -> Any:
        """Run a statement and note what it wrote; an UPDATE or DELETE that hit no line wrote nothing."""
        result = execute(sql, params, many, context)
        if found := _SAVEPOINT.match(sql):
            self._savepoint(found[1].upper(), found[2])
        elif (written := _WRITE.match(sql)) and (context["cursor"].rowcount != 0 or _RETURNING.search(sql)):
            self._written.append(("table", written[1].lower()))
        return result

    def forget(self) -> None:
        """The whole transaction was rolled back."""
        self._written.clear()

    def _savepoint(self, verb: str, name: str) -> None:
        mark = ("savepoint", name)
        if verb == "SAVEPOINT":
            self._written.append(mark)
        elif verb == "ROLLBACK TO SAVEPOINT" and mark in self._written:
            del self._written[self._written.index(mark) + 1 :]


@contextmanager
def watching() -> Iterator[Watch]:
    """Watch the default connection."""
    from django.db import connection

    watch, rollback = Watch(), connection.rollback

    def forget_and_roll_back() -> None:
        watch.forget()
        rollback()

    with connection.execute_wrapper(watch), mock.patch.object(connection, "rollback", forget_and_roll_back):
        yield watch


def _uses_database(request: pytest.FixtureRequest) -> bool:
    return request.node.get_closest_marker("django_db") is not None or bool(
        {"db", "transactional_db", "live_server"} & set(request.fixturenames)
    )


@pytest.fixture(autouse=True)
def changes_leave_rows(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test whose request changed data without a row."""
    if not _uses_database(request):
        yield
        return
    from django.test import Client

    ask = Client.request

    def watched(self: Client, **environ: Any) -> Any:
        with watching() as watch:
            answer = ask(self, **environ)
        unrecorded = watch.tables - set(EXEMPT) - {ROWS}
        if unrecorded and ROWS not in watch.tables:
            pytest.fail(
                f"{environ.get('REQUEST_METHOD', 'GET')} {environ.get('PATH_INFO')} wrote {sorted(unrecorded)} "
                "and left no row in the record: call audit.actions.record in the action",
            )
        return answer

    with mock.patch.object(Client, "request", watched):
        yield


@pytest.fixture(autouse=True)
def deeds_have_words(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that records an action, or one on a thing, which the auditor would read as a bare code."""
    if not _uses_database(request):
        yield
        return
    from django.db.models.signals import post_save

    from kopir.audit.models import Row

    bare = set[str]()

    def note(instance: Row, **_options: Any) -> None:
        bare.update(find_bare(instance.action, instance.subject))

    post_save.connect(note, sender=Row)
    yield
    post_save.disconnect(note, sender=Row)
    assert not bare, f"without words for an auditor: {sorted(bare)}; add them to deeds.py of their room"


def find_bare(action: str, subject: str) -> set[str]:
    """The action and the kind of its subject, where a room of the portal has no words for them."""
    from django.apps import apps

    from kopir.audit.names import ACTIONS, KINDS

    kind = subject.partition(":")[0]
    told = ((action, ACTIONS), (kind, KINDS))
    return {code for code, words in told if apps.is_installed(f"kopir.{code.partition('.')[0]}") and code not in words}


@pytest.fixture(autouse=True, scope="session")
def tests_may_flush() -> Iterator[None]:
    """Lift the triggers of the record while Django empties the database after a transactional test.

    For the whole session: what holds for one test alone would end before Django's own fixture does.
    """
    from django.db import connection
    from django.test import TransactionTestCase

    from kopir.audit import triggers
    from kopir.pagecache.ledger import unwatched

    empty = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def lifted(self: TransactionTestCase) -> None:
        triggers.remove(connection)
        try:
            with unwatched():
                empty(self)
        finally:
            triggers.install(connection)

    with mock.patch.object(TransactionTestCase, "_fixture_teardown", lifted):
        yield
