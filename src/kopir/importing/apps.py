"""The room as a Django app."""

from django.apps import AppConfig


class ImportingConfig(AppConfig):
    """`importing`: its name in the registry of apps and before the names of its tables."""

    name = "kopir.importing"
    label = "importing"

    def ready(self) -> None:
        """Tell in words what is done here."""
        from kopir.audit.queries import register_words
        from kopir.importing.deeds import ACTIONS

        register_words(ACTIONS, {})
