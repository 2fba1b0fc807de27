"""The room as a Django app."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """`notices`: its name in the registry of apps and before the names of its tables."""

    name = "kopir.notices"
    label = "notices"

    def ready(self) -> None:
        """Register the jobs, listen to what lower rooms tell, and tell the record its words."""
        from kopir.accounts.events import LetterDue
        from kopir.audit.queries import register_words
        from kopir.base.events import subscribe

        from . import delivering  # noqa: F401 - decorators register
        from .deeds import ACTIONS, KINDS
        from .receivers import receive

        subscribe(LetterDue, receive)
        register_words(ACTIONS, KINDS)
