"""The room as a Django app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """`accounts`: its name in the registry of apps and before the names of its tables."""

    name = "kopir.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Listen to the libraries of sign-in, register the periodic work, and tell the record its words."""
        from kopir.accounts import actions, receivers  # noqa: F401 - the actions bring the periodic ones
        from kopir.accounts.deeds import ACTIONS, KINDS
        from kopir.accounts.queries import find_names
        from kopir.audit.queries import register_names, register_words

        receivers.connect()
        register_names("accounts.user", find_names)
        register_words(ACTIONS, KINDS)
