"""Metrics: told to the bearer of the token, about routes and jobs, and nothing about people."""

from __future__ import annotations

import subprocess
import sys

import pytest
from prometheus_client import REGISTRY

from jobwork import Calls, own_jobs
from kopir.base import clock, periodic, worker
from kopir.base.jobs import enqueue, job
from kopir.config import metrics

TOKEN = {"Authorization": "Bearer token of the tests", "host": "kz.localhost"}


@pytest.mark.django_db
def test_the_bearer_of_the_token_sees_requests_and_jobs(client):
    with own_jobs():
        job("base.boil", attempts=1)(Calls(failures=1))
        enqueue("base.boil")
        worker.run_jobs()
        enqueue("base.boil", due_at=clock.now())
    periodic.tick(now=clock.now())
    client.get("/health/live", headers={"host": "kz.localhost"})
    response = client.get("/metrics", headers=TOKEN)
    text = response.content.decode()
    assert response["Content-Type"].startswith("text/plain")
    assert 'kopir_portal_requests_total{method="GET",route="/health/live",status="200"}' in text
    assert 'kopir_portal_request_seconds_bucket{le="0.04",route="/health/live"}' in text
    assert 'kopir_portal_jobs{state="dead"} 1.0' in text
    assert 'kopir_portal_jobs{state="waiting"} 1.0' in text
    assert "kopir_portal_jobs_oldest_due_seconds" in text
    assert 'kopir_portal_periodic_failures{job="base.prune_jobs"} 0.0' in text
    assert 'kopir_portal_periodic_late_seconds{job="base.prune_jobs"} 0.0' in text
    assert 'kopir_portal_pages_answers_total{way="hits"}' in text
    assert "kopir_portal_pages_bytes" in text


@pytest.mark.parametrize(
    "shown",
    [
        {},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer token of the test"},
        {"Authorization": "Bearer token of the tests."},
        {"Authorization": "Basic token of the tests"},
        {"Authorization": "Bearer ключ"},
    ],
)
def test_anybody_else_learns_not_even_that_it_is_there(client, shown):
    response = client.get("/metrics", headers={"host": "kz.localhost", **shown})
    nowhere = client.get("/nowhere-at-all", headers={"host": "kz.localhost"})
    assert response.status_code == nowhere.status_code == 404
    assert b"kopir_portal" not in response.content


def test_without_a_token_nobody_sees_them(client, settings):
    settings.KOPIR_METRICS_TOKEN = ""
    for shown in ("Bearer ", "Bearer token of the tests", ""):
        headers = {"host": "kz.localhost", "Authorization": shown}
        assert client.get("/metrics", headers=headers).status_code == 404


def test_what_strangers_choose_makes_no_label(client):
    client.generic("BREW", "/nowhere/77-secret", headers={"host": "kz.localhost"})
    found = {
        (sample.labels["method"], sample.labels["route"])
        for metric in REGISTRY.collect()
        if metric.name == "kopir_portal_requests"
        for sample in metric.samples
    }
    assert ("other", "") in found
    assert not any("secret" in route or method == "BREW" for method, route in found)


COUNT = """
import sys
from pathlib import Path
from kopir.config.env import set_metrics_folder, use_settings
set_metrics_folder(Path(sys.argv[1]))
use_settings("kopir.config.settings_test")
import django
django.setup()
from kopir.config import metrics
metrics._Jobs.collect = lambda self: []
metrics.count_request("GET", "/x", 200, 0.01)
sys.stdout.buffer.write(metrics.render())
"""

pytestmark = pytest.mark.django_db  # whose host and whose address it is


def test_several_processes_count_together(tmp_path):
    for count in (1, 2, 3):
        command = [sys.executable, "-c", COUNT, str(tmp_path)]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert f'kopir_portal_requests_total{{method="GET",route="/x",status="200"}} {count}.0' in told


def test_times_are_counted_in_buckets_that_show_the_goal():
    assert 0.04 in metrics.BUCKETS_S
    assert list(metrics.BUCKETS_S) == sorted(metrics.BUCKETS_S)
