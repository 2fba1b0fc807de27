"""The worker as a process of its own: two share the work, and end what they have begun when they are stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from jobwork import Calls, own_jobs
from kopir.base import clock, worker
from kopir.base.jobs import enqueue, job, on_every_worker
from kopir.base.jobs import periodic as register
from kopir.base.models import Job, JobState, PeriodicRun

# A worker of the tests' database with jobs of its own, which write a line each.
WORKER = """
import os, sys, time
from datetime import timedelta
from pathlib import Path

database, lines = sys.argv[1:]
os.environ["DJANGO_SETTINGS_MODULE"] = "kopir.config.settings_test"
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = database
django.setup()

from kopir.base import worker
from kopir.base.jobs import PERIODIC, job, periodic

PERIODIC._things.clear()

def write(line):
    with open(lines, "a") as file:
        file.write(f"{os.getpid()} {line}\\n")

@job("base.boil")
def boil(pot, seconds):
    write(f"begin {pot}")
    time.sleep(seconds)
    write(f"end {pot}")

@periodic("base.tidy", every=timedelta(seconds=1))
def tidy():
    write(f"tidy {int(time.time())}")

worker.run(poll_s=0.05)
write("stopped")
"""


@pytest.fixture
def lines(tmp_path) -> Path:
    (tmp_path / "worker.py").write_text(WORKER, "utf-8")
    (tmp_path / "lines").touch()
    return tmp_path / "lines"


@pytest.fixture
def start(lines) -> Iterator[object]:
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, lines.parent / "worker.py", connection.settings_dict["NAME"], lines]
        started.append(subprocess.Popen(command, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}))
        return started[-1]

    with own_jobs():
        job("base.boil")(Calls())
        yield start
    for process in started:
        process.kill()
        process.wait()


def _wait_for(what: str, lines: Path, count: int = 1) -> None:
    for _ in range(1200):
        if sum(what in line for line in lines.read_text("utf-8").splitlines()) >= count:
            return
        time.sleep(0.05)
    raise AssertionError(f"no {what!r} in {lines.read_text('utf-8')!r}")


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_jobs_and_periodic_jobs(start, lines):
    for pot in range(12):
        enqueue("base.boil", pot=pot, seconds=0.1)
    processes = [start(), start()]
    _wait_for("end", lines, count=12)
    _wait_for("tidy", lines, count=3)
    for process in processes:
        process.send_signal(signal.SIGTERM)
    assert [process.wait(30) for process in processes] == [0, 0]
    rows = [line.split() for line in lines.read_text("utf-8").splitlines()]
    assert sorted(int(pot) for _, word, *pot in rows if word == "end" for pot in pot) == list(range(12))
    ticks = [second for _, word, *rest in rows if word == "tidy" for second in rest]
    assert len(ticks) == len(set(ticks)), "one of them ran it twice in a second"
    assert set(Job.objects.values_list("state", flat=True)) == {JobState.DONE}
    assert PeriodicRun.objects.get().lease_until is None


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_stopped_ends_what_it_has_begun(start, lines):
    row_id = enqueue("base.boil", pot=1, seconds=1)
    later = enqueue("base.boil", pot=2, seconds=0, due_at=clock.now() + timedelta(seconds=1))
    process = start()
    _wait_for("begin 1", lines)
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    assert "end 1" in lines.read_text("utf-8")
    assert Job.objects.get(pk=row_id).state == JobState.DONE
    assert Job.objects.get(pk=later).state == JobState.WAITING


@pytest.mark.django_db
def test_what_is_due_can_be_done_once():
    with own_jobs():
        calls, tidied = job("base.boil")(Calls()), register("base.tidy", every=timedelta(hours=1))(Calls())
        on_every_worker("base.own")(own := Calls())
        enqueue("base.boil")
        worker.run_once()
        worker.run_once()
    assert (len(calls), len(tidied), len(own)) == (1, 1, 2)
