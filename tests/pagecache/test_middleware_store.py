"""The portal behind the page store itself, with two stores over one folder as two processes have them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection

from kopir.base.actors import Actor, Role
from kopir.bodies import actions
from kopir.bodies.models import Body
from kopir.bodies.presenting import frame
from kopir.bodies.views import public
from kopir.edge.store import PageStore
from kopir.pagecache.outbox import take

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)
OPERATOR = Actor("person", id="7", name="A. Operator", grants=frozenset({(Role.PLATFORM_OPERATOR, None)}))
PAGE = "/en/bodies/water/"


class Worker:
    """One process: the portal behind its store. `asked` counts the requests that reached the portal."""

    def __init__(self, folder, clock: Callable[[], float]) -> None:
        self.portal = WSGIHandler()
        self.asked = 0
        self.store = PageStore(
            self._ask, folder=folder, staff_cookie="kopir-staff", is_known_host=lambda _: True, clock=clock
        )

    def _ask(self, environ, start_response):
        self.asked += 1
        return self.portal(environ, start_response)

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        environ: dict = {"PATH_INFO": path, "HTTP_HOST": "kz.localhost", "QUERY_STRING": "", **headers}
        setup_testing_defaults(environ)
        environ["wsgi.input"] = BytesIO()
        told: list = []
        begin: Any = lambda status, headers, _=None: told.append((status, headers))  # noqa: E731 - one line of WSGI
        body = self.store(environ, begin)
        text = b"".join(body).decode()
        if hasattr(body, "close"):
            body.close()
        assert "kopir-keep" not in {name.lower() for name, _ in told[0][1]}
        return int(told[0][0][:3]), text


@pytest.fixture
def instant():
    return [NOW.timestamp()]


@pytest.fixture
def workers(settings, tmp_path, instant):
    settings.KOPIR_PURGER = "kopir.edge.purge.Purger"
    settings.KOPIR_PAGES_FOLDER = tmp_path / "pages"
    take(now=NOW)
    return [Worker(settings.KOPIR_PAGES_FOLDER, lambda: instant[0]) for _ in range(2)]


def make(slug: str) -> Body:
    names = {"kk": f"{slug} one", "ru": f"{slug} one", "en": f"{slug} one"}
    return actions.create_body(parent=None, actor=OPERATOR, now=NOW, slug=slug, kind="agency", names=names)


def rename(body: Body, word: str) -> None:
    stored = Body.objects.get(pk=body.pk)
    names = {"kk": word, "ru": word, "en": word}
    actions.change_body(body=stored, revision=stored.revision, actor=OPERATOR, now=NOW, names=names)


def test_a_page_is_rendered_once_for_all_and_anew_after_a_write(workers, instant):
    first, second = workers
    body = make("water")
    assert [worker.get(PAGE)[0] for worker in (first, first, second, second)] == [200] * 4
    asked = first.asked + second.asked
    assert first.get(PAGE, HTTP_COOKIE="kopir-session=abc; x=y") == first.get(PAGE)
    assert first.asked + second.asked == asked
    rename(body, "Office of Water")
    instant[0] += 2
    assert all("Office of Water" in worker.get(PAGE)[1] for worker in workers)
    assert first.asked + second.asked > asked


def test_what_is_closed_is_gone_at_once_in_every_process(workers):
    body = make("water")
    for worker in workers:
        assert worker.get(PAGE)[0] == 200
    actions.archive_body(body=body, revision=1, actor=OPERATOR, now=NOW)
    assert [worker.get(PAGE)[0] for worker in workers] == [404, 404]


def test_what_was_not_there_appears(workers, instant):
    assert [worker.get(PAGE)[0] for worker in workers] == [404, 404]
    make("water")
    instant[0] += 2
    assert [worker.get(PAGE)[0] for worker in workers] == [200, 200]


def test_a_render_that_began_before_the_commit_is_not_kept_after_it(workers, monkeypatch, instant):
    worker = workers[0]
    body = make("water")
    edits = ["Office of Water"]

    def frame_while_somebody_writes(shown: Body):
        def write() -> None:
            rename(body, edits.pop())
            connection.close()

        if edits:
            thread = threading.Thread(target=write)
            thread.start()
            thread.join()
        return frame(shown)

    monkeypatch.setattr(public, "frame", frame_while_somebody_writes)
    assert "water one" in worker.get(PAGE)[1], "it had read the body before"
    assert edits == []
    instant[0] += 2
    assert "Office of Water" in worker.get(PAGE)[1]


def test_staff_goes_past_it(workers):
    make("water")
    worker = workers[0]
    worker.get(PAGE)
    asked = worker.asked
    worker.get(PAGE, HTTP_COOKIE="kopir-staff=1")
    assert worker.asked == asked + 1
