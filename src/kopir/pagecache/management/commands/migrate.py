"""Django's `migrate`, which writes in ways that no page knows: nothing is watched, and every page goes after it."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db import connection

from kopir.pagecache.actions import touch_alone
from kopir.pagecache.ledger import unwatched
from kopir.pagecache.models import Purge
from kopir.pagecache.tags import ALL


class Command(migrate.Command):
    """`migrate` as it is; a database that is new has no pages to purge."""

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's
        """Bring the tables up to date. Raises what Django's command raises, after purging for what it wrote."""
        only_looks = options.get("plan") or options.get("check_unapplied")
        had_pages = not only_looks and _has_outbox()
        try:
            with unwatched():
                super().handle(*args, **options)
        finally:
            if had_pages and _has_outbox():
                touch_alone(ALL)


def _has_outbox() -> bool:
    return Purge._meta.db_table in connection.introspection.table_names()  # noqa: SLF001 - Django's way to name a table
