"""The room as a Django app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """`audit`: its name in the registry of apps and before the names of its tables."""

    name = "kopir.audit"
    label = "audit"

    def ready(self) -> None:
        """Register the periodic job and the words of what is done, and record the actions of the room below."""
        from kopir.base.recording import RECORDERS

        from . import tasks  # noqa: F401 - decorators register
        from .actions import record
        from .deeds import ACTIONS, KINDS
        from .queries import register_words

        RECORDERS.add("audit", record)
        register_words(ACTIONS, KINDS)
