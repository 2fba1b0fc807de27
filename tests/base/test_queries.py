"""What is told of jobs, and to whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from jobwork import Calls, own_jobs
from kopir.base import clock, periodic, queries, worker
from kopir.base.actors import ANONYMOUS, Actor, Role
from kopir.base.errors import NotAllowedError
from kopir.base.jobs import enqueue, job
from kopir.base.jobs import periodic as register
from kopir.base.models import JobState

pytestmark = pytest.mark.django_db
OPERATOR = Actor(kind="person", id="7", grants=frozenset({(Role.PLATFORM_OPERATOR, None)}))


@pytest.fixture(autouse=True)
def _jobs() -> Iterator[None]:
    with own_jobs():
        job("base.boil", attempts=1)(Calls(failures=2))
        yield


def test_an_operator_sees_the_dead_ones_newest_first():
    ids = [enqueue("base.boil") for _ in range(3)]
    worker.run_jobs()
    found = [row.pk for row in queries.list_jobs(actor=OPERATOR)]
    assert len(found) == 2
    assert found == sorted(found, reverse=True)
    assert len({*found, *[row.pk for row in queries.list_jobs(actor=OPERATOR, state=JobState.DONE)]}) == len(ids)


@pytest.mark.parametrize("grants", [(), ((Role.PLATFORM_OPERATOR, 3),), ((Role.AUDITOR, None),)])
def test_others_see_none(grants):
    for actor in (Actor(kind="person", id="7", grants=frozenset(grants)), ANONYMOUS):
        with pytest.raises(NotAllowedError):
            queries.list_jobs(actor=actor)


def test_jobs_are_counted_by_state():
    assert queries.count_jobs() == {"waiting": 0, "running": 0, "done": 0, "dead": 0}
    for _ in range(3):
        enqueue("base.boil")
    worker.run_jobs()
    enqueue("base.boil")
    assert queries.count_jobs() == {"waiting": 1, "running": 0, "done": 1, "dead": 2}


def test_how_long_the_oldest_has_been_due():
    now = clock.now()
    assert queries.get_oldest_due_s(now=now) == 0
    enqueue("base.boil", due_at=now + timedelta(seconds=50))
    assert queries.get_oldest_due_s(now=now) == 0
    enqueue("base.boil", due_at=now - timedelta(seconds=90))
    assert queries.get_oldest_due_s(now=now) == 90


def test_periodic_jobs_that_have_been_seen_are_listed():
    register("base.tidy", every=timedelta(minutes=1))(Calls())
    assert list(queries.list_periodic()) == []
    periodic.tick(now=clock.now())
    assert [run.name for run in queries.list_periodic()] == ["base.tidy"]
