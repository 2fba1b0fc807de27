"""The room as a Django app."""

from django.apps import AppConfig


class UpgradingConfig(AppConfig):
    """`upgrading`: its name in the registry of apps and before the names of its tables."""

    name = "kopir.upgrading"
    label = "upgrading"

    def ready(self) -> None:
        """Keep what new websites are given, and tell in words what is done here."""
        from kopir.audit.queries import register_words
        from kopir.upgrading.actions import note_websites
        from kopir.upgrading.deeds import ACTIONS
        from kopir.websites.following import FOLLOWERS

        register_words(ACTIONS, {})
        FOLLOWERS.add("upgrading", note_websites)
