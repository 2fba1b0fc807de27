"""The operator's page of jobs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.test import RequestFactory
from django.urls import reverse

from jobwork import Calls, own_jobs
from kopir.base import clock, periodic, views, worker
from kopir.base.access import get_decision
from kopir.base.actors import ANONYMOUS, Actor, Role
from kopir.base.errors import JobNotDeadError, NotAllowedError
from kopir.base.jobs import enqueue, job
from kopir.base.models import Job, JobState, PeriodicRun

pytestmark = pytest.mark.django_db
OPERATOR = Actor(kind="person", id="7", name="A", grants=frozenset({(Role.PLATFORM_OPERATOR, None)}))
OTHERS = [
    ANONYMOUS,
    Actor(kind="person", id="7", grants=frozenset({(Role.PLATFORM_OPERATOR, 3)})),
    Actor(kind="person", id="7", grants=frozenset({(Role.AUDITOR, None), (Role.SITE_ADMINISTRATOR, None)})),
]


@pytest.fixture
def dead() -> Iterator[Job]:
    with own_jobs():
        job("base.boil", attempts=1)(Calls(failures=1, error=lambda: ValueError("<b>no water</b>")))
        row_id = enqueue("base.boil")
        worker.run_jobs()
        yield Job.objects.get(pk=row_id)


def _ask(actor: Actor, method: str = "get", job_id: int | None = None):
    address = reverse("base:jobs") if job_id is None else reverse("base:rerun_job", args=[job_id])
    request = getattr(RequestFactory(), method)(address)
    request.actor = actor
    request._messages = CookieStorage(request)
    return views.list_jobs(request) if job_id is None else views.rerun_job(request, job_id)


def test_the_page_tells_what_was_given_up_and_why(dead):
    html = _ask(OPERATOR).content.decode()
    assert f"base.boil {dead.pk}" in html
    assert "&lt;b&gt;no water" in html
    assert f"/manage/jobs/{dead.pk}/rerun/" in html


def test_the_page_says_when_there_is_nothing_to_do():
    assert "No job was given up." in _ask(OPERATOR).content.decode()


def test_the_page_tells_of_periodic_jobs():
    periodic.tick(now=clock.now())
    PeriodicRun.objects.filter(name="base.prune_jobs").update(failures=2, error="ValueError: full")
    html = _ask(OPERATOR).content.decode()
    assert "base.recover_jobs" in html
    assert "ValueError: full" in html


def test_the_list_is_cut_into_pages(django_assert_max_num_queries):
    now = clock.now()
    fields = {"name": "base.boil", "state": JobState.DEAD, "due_at": now, "created_at": now, "finished_at": now}
    Job.objects.bulk_create(Job(**fields) for _ in range(views.PAGE + 5))
    with django_assert_max_num_queries(8):
        html = _ask(OPERATOR).content.decode()
    assert html.count("/rerun/") == views.PAGE
    assert "page=2" in html


def test_a_job_is_run_again(dead):
    answer = _ask(OPERATOR, "post", dead.pk)
    assert (answer.status_code, answer["Location"]) == (302, reverse("base:jobs"))
    worker.run_jobs()
    dead.refresh_from_db()
    assert dead.state == JobState.DONE


@pytest.mark.parametrize("actor", OTHERS)
def test_nobody_else_sees_or_does_anything(dead, actor):
    with pytest.raises(NotAllowedError):
        _ask(actor)
    with pytest.raises(NotAllowedError):
        _ask(actor, "post", dead.pk)
    assert Job.objects.get(pk=dead.pk).state == JobState.DEAD


def test_the_doors_are_open_to_operators_alone():
    for view in (views.list_jobs, views.rerun_job):
        decision = get_decision(view)
        assert (decision.who, decision.roles, decision.hosts) == ("staff", {Role.PLATFORM_OPERATOR}, "portal")
    assert get_decision(views.list_jobs).fresh_s is None
    assert get_decision(views.rerun_job).fresh_s is not None


def test_a_job_that_is_not_dead_is_refused_and_a_look_changes_nothing(dead):
    assert _ask(OPERATOR, "get", dead.pk).status_code == 405
    assert _ask(OPERATOR, "post").status_code == 405
    with pytest.raises(JobNotDeadError):
        _ask(OPERATOR, "post", dead.pk + 1)
