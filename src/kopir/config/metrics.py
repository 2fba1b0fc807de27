"""Metrics for Prometheus: requests by route, and what the tables say of jobs. Shown to the bearer of the token."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from kopir.base import clock, queries
from kopir.base.access import everyone
from kopir.edge import read_metrics

from .env import get_metrics_folder

BUCKETS_S: Final = (0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12)
METHODS: Final = frozenset({"GET", "HEAD", "POST"})

_requests = Counter("kopir_portal_requests", "Requests answered", ("method", "route", "status"))
_seconds = Histogram("kopir_portal_request_seconds", "Time to an answer", ("route",), buckets=BUCKETS_S)


def count_request(method: str, route: str, status: int, took_s: float) -> None:
    """Count one; what strangers choose freely, as methods, is not taken for a label."""
    _requests.labels(method if method in METHODS else "other", route, str(status)).inc()
    _seconds.labels(route).observe(took_s)


class _Jobs:
    """What the tables say, asked at each scrape: the same in whichever process answers."""

    def collect(self) -> Iterable[Metric]:
        now = clock.now()
        states = GaugeMetricFamily("kopir_portal_jobs", "Background jobs by state", labels=["state"])
        for state, count in queries.count_jobs().items():
            states.add_metric([state], count)
        yield states
        yield GaugeMetricFamily(
            "kopir_portal_jobs_oldest_due_seconds",
            "How long the job that waits longest is overdue",
            value=queries.get_oldest_due_s(now=now),
        )
        late = GaugeMetricFamily("kopir_portal_periodic_late_seconds", "How late a periodic job is", labels=["job"])
        failing = GaugeMetricFamily("kopir_portal_periodic_failures", "Failures of it in a row", labels=["job"])
        for run in queries.list_periodic():
            late.add_metric([run.name], max(0.0, (now - run.due_at).total_seconds()))
            failing.add_metric([run.name], run.failures)
        yield late
        yield failing


class _Pages:
    """What the page store of this host has answered before Django, and what it holds: of all processes."""

    def collect(self) -> Iterable[Metric]:
        told = read_metrics(settings.KOPIR_PAGES_FOLDER)
        yield GaugeMetricFamily("kopir_portal_pages_bytes", "Memory that kept pages take", value=told.pop("bytes"))
        yield GaugeMetricFamily("kopir_portal_pages_entries", "Pages kept in memory", value=told.pop("entries"))
        answers = CounterMetricFamily(
            "kopir_portal_pages_answers", "Public pages answered, by how they were found", labels=["way"]
        )
        for way, count in told.items():
            answers.add_metric([way], count)
        yield answers


def render() -> bytes:
    """All metrics in Prometheus's text format; with several processes those of all of them."""
    jobs = CollectorRegistry()
    jobs.register(_Jobs())
    jobs.register(_Pages())
    if not get_metrics_folder():
        return bytes(generate_latest(REGISTRY) + generate_latest(jobs))
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]  # the library types it not
    return bytes(generate_latest(together) + generate_latest(jobs))


@everyone
@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """`/metrics`: for the bearer of the token; anybody else learns nothing, not even that it is there."""
    token = settings.KOPIR_METRICS_TOKEN
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(shown.encode(), token.encode()):
        raise Http404
    return HttpResponse(render(), content_type=CONTENT_TYPE_LATEST)
