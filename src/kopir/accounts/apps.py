"""The room as a Django app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """`accounts`: its name in the registry of apps and before the names of its tables."""

    name = "kopir.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Listen to the libraries of sign-in, and register the periodic work of the room."""
        from kopir.accounts import actions, receivers  # noqa: F401 - the actions bring the periodic ones

        receivers.connect()
