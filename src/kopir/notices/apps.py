"""The room as a Django app."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """`notices`: its name in the registry of apps and before the names of its tables."""

    name = "kopir.notices"
    label = "notices"

    def ready(self) -> None:
        """Register the jobs, and listen to what lower rooms tell."""
        from kopir.accounts.events import LetterDue
        from kopir.base.events import subscribe

        from . import delivering  # noqa: F401 - decorators register
        from .receivers import receive

        subscribe(LetterDue, receive)
