"""The room as a Django app."""

from django.apps import AppConfig


class StatementsConfig(AppConfig):
    """`statements`: its name in the registry of apps and before the names of its tables."""

    name = "kopir.statements"
    label = "statements"

    def ready(self) -> None:
        """Link the statement from every page of a website; register the work, the words, the table."""
        from kopir.audit.queries import register_words
        from kopir.pagecache.tables import tagged
        from kopir.websites.footer import FOOTER

        from . import tasks  # noqa: F401 - decorators register
        from .deeds import ACTIONS
        from .linking import list_links
        from .models import Statement

        tagged(Statement)
        register_words(ACTIONS, {})
        FOOTER.add("statements", list_links)
