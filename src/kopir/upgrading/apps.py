"""The room as a Django app."""

from django.apps import AppConfig


class UpgradingConfig(AppConfig):
    """`upgrading`: its name in the registry of apps and before the names of its tables."""

    name = "kopir.upgrading"
    label = "upgrading"

    def ready(self) -> None:
        """Keep what new websites are given."""
        from kopir.upgrading.actions import note_websites
        from kopir.websites.following import FOLLOWERS

        FOLLOWERS.add("upgrading", note_websites)
