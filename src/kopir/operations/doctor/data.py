"""What is wrong with the database, and what it says of workers, jobs, the record, letters, search and the clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Max

from kopir.audit import queries as audit_queries
from kopir.audit.models import Row
from kopir.base import queries
from kopir.base.models import Job, JobState
from kopir.notices import queries as notices_queries
from kopir.search import queries as search_queries

from .findings import Finding, find

SILENT: Final = timedelta(minutes=1)
"""A worker does something each second: it seals the record."""
LATE_S: Final = 600.0
FUTURE: Final = timedelta(minutes=1)
LIMIT_DIFFERENCE_S: Final = 2.0
LIMIT_ERROR: Final = 200


def check_database() -> Iterator[Finding]:
    """Whether it answers and has the tables of this release; nothing else can be asked before."""
    try:
        connection.ensure_connection()
        executor = MigrationExecutor(connection)
    except Error as error:
        yield find("database.unreachable", why=str(error).strip().partition("\n")[0])
        return
    graph = executor.loader.graph
    waiting = [migration for migration, _ in executor.migration_plan(graph.leaf_nodes())]
    if waiting:
        first = waiting[0]
        yield find("database.not_migrated", count=len(waiting), name=f"{first.app_label}.{first.name}")
    ours = executor.loader.migrated_apps
    strange = sorted(key for key in executor.loader.applied_migrations if key[0] in ours and key not in graph.nodes)
    known = {replaced for migration in executor.loader.disk_migrations.values() for replaced in migration.replaces}
    strange = [key for key in strange if key not in known]
    if strange:
        yield find("database.newer", name=".".join(strange[-1]))


def check_work(now: datetime) -> Iterator[Finding]:
    """Workers by what they did last, and jobs."""
    runs = list(queries.list_periodic())
    last = max((run.started_at for run in runs if run.started_at), default=None)
    if last is None or now - last > SILENT:
        yield find("worker.silent", since="the installation" if last is None else f"{last:%Y-%m-%d %H:%M:%S} UTC")
    for run in runs:
        if run.failures:
            yield find("worker.failing", name=run.name, count=run.failures, error=run.error[:LIMIT_ERROR])
    if count := queries.count_jobs()[JobState.DEAD]:
        job = Job.objects.filter(state=JobState.DEAD).order_by("-finished_at")[0]
        yield find("jobs.dead", count=count, name=job.name, error=job.error[:LIMIT_ERROR])
    if (late_s := queries.get_oldest_due_s(now=now)) > LATE_S:
        yield find("jobs.late", minutes=int(late_s // 60))


def check_record(now: datetime) -> Iterator[Finding]:
    """What the record of actions and the letters say of themselves."""
    for fault in audit_queries.find_faults(now=now):
        yield find("record.fault", fault=fault)
    for fault in notices_queries.find_faults(now=now):
        yield find("letters.fault", fault=fault)


def check_search(now: datetime) -> Iterator[Finding]:
    """Whether this machine has an index of this release and database, and what waits to be found."""
    for fault in search_queries.find_faults(now=now):
        yield find("search.fault", fault=fault)


def check_clock(now: datetime) -> Iterator[Finding]:
    """The clock against what was written by it, and against that of the database's machine."""
    newest = Row.objects.aggregate(newest=Max("at"))["newest"]
    if newest is not None and newest - now > FUTURE:
        yield find("clock.behind", at=f"{newest:%Y-%m-%d %H:%M:%S} UTC")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            theirs = cursor.fetchone()[0]
        if abs(difference := (theirs - now).total_seconds()) > LIMIT_DIFFERENCE_S:
            yield find("clock.differs", seconds=round(difference, 1))
