"""The room as a Django app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """`audit`: its name in the registry of apps and before the names of its tables."""

    name = "kopir.audit"
    label = "audit"

    def ready(self) -> None:
        """Register the periodic job, and record the actions of the room below."""
        from kopir.base.recording import RECORDERS

        from . import tasks  # noqa: F401 - decorators register
        from .actions import record

        RECORDERS.add("audit", record)
