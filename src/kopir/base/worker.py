"""The worker: tries jobs as they fall due in its main thread, and periodic ones in a second; ends what it has begun.

As many of them as one likes may run beside each other.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
from typing import Final

from django.db import connection
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import exclusive_transaction

from . import clock, periodic

POLL_S: Final = 0.5


def run(*, poll_s: float = POLL_S) -> None:
    """Work until SIGTERM or Ctrl-C; what runs then is brought to its end first, a second signal cuts it off."""
    worker = _make(poll_s)
    stop = threading.Event()
    thread = threading.Thread(target=periodic.keep_ticking, args=(stop,), name="periodic")
    worker.configure_signals()
    thread.start()
    try:
        worker.run()
    finally:
        stop.set()
        thread.join()
        connection.close()


def run_once() -> None:
    """Do what is due, periodic jobs first, and return."""
    periodic.tick(now=clock.now())
    periodic.tick_own()
    run_jobs()


def run_jobs() -> None:
    """Do the jobs that are due, also those that they ask for meanwhile, and return.

    It leaves the connection to the database as it is, so tests may call it inside a transaction of theirs.
    """
    worker = _make(0)
    while row := _take(worker.worker_id):
        worker.run_task(row)


def _take(worker_id: str) -> DBTaskResult[..., object] | None:
    with exclusive_transaction():
        row: DBTaskResult[..., object] | None = DBTaskResult.objects.ready().get_locked()
        if row is not None:
            row.claim(worker_id)
    return row


def _make(poll_s: float) -> Worker:
    return Worker(
        queue_names=["*"],
        interval=poll_s,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=f"{socket.gethostname()[:30]}-{os.getpid()}-{secrets.token_hex(4)}",
        excluded_queue_names=[],
    )
