"""Health for whoever restarts processes and spreads load: alive says this one, ready says all that it needs."""

from __future__ import annotations

import logging

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kopir.base.access import everyone

_log = logging.getLogger(__name__)
_migrated: list[bool] = []


@everyone
@never_cache
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """200 as long as this process answers; it asks nobody, so that a database that is down restarts no portal."""
    return HttpResponse("live\n", content_type="text/plain")


@everyone
@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and has every table, else 503 with the part that is missing."""
    fault = find_fault()
    if fault:
        _log.warning("not ready", extra={"fault": fault})
        return HttpResponse(f"{fault}\n", status=503, content_type="text/plain")
    return HttpResponse("ready\n", content_type="text/plain")


def find_fault() -> str:
    """What keeps the portal from answering, "" when nothing does. That tables are there is asked until it is so."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if not _migrated:
            executor = MigrationExecutor(connection)
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                return "migrations are missing"
            _migrated.append(True)
    except Error:
        return "the database does not answer"
    return ""
