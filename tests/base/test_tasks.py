"""The room's own periodic jobs call what they are named after."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jobwork import Calls, own_jobs
from kopir.base import clock, running, tasks
from kopir.base.jobs import PERIODIC, enqueue, job
from kopir.base.models import Job, JobState

pytestmark = pytest.mark.django_db


def test_they_are_known_without_being_imported():
    assert {"base.recover_jobs", "base.prune_jobs"} <= {name for name, _ in PERIODIC}


def test_lost_jobs_are_recovered_and_old_ones_forgotten():
    with own_jobs():
        job("base.boil", attempts=1)(Calls())
        row = Job.objects.get(pk=enqueue("base.boil"))
        Job.objects.update(state=JobState.RUNNING, attempts=1, lease_until=clock.now() - timedelta(seconds=1))
        tasks.recover_jobs()
        row.refresh_from_db()
        assert row.state == JobState.DEAD
        Job.objects.update(state=JobState.DONE, finished_at=clock.now() - running.KEEP_DONE - timedelta(days=1))
        tasks.prune_jobs()
        assert not Job.objects.exists()
