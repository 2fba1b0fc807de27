"""`manage.py rebuild_search`: builds this machine's index of search anew, while the former one is read."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kopir.search.actions import rebuild
from kopir.search.errors import IndexBusyError


class Command(BaseCommand):
    """Reads everything from the database; readers change over in one step when it is done."""

    help = "Build this machine's index of search anew, beside the one that is read until it is done."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - as Django's own
        try:
            count = rebuild()
        except IndexBusyError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"The index holds {count} objects.")
