"""The room as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from kopir.base.administration import PARTS, Part


class UpgradingConfig(AppConfig):
    """`upgrading`: its name in the registry of apps and before the names of its tables."""

    name = "kopir.upgrading"
    label = "upgrading"

    def ready(self) -> None:
        """Keep what new websites are given, register the work, tell in words what is done; be a part of `/manage/`."""
        from kopir.audit.queries import register_words
        from kopir.upgrading import tasks  # noqa: F401 - decorators register
        from kopir.upgrading.actions import note_websites
        from kopir.upgrading.deeds import ACTIONS, KINDS
        from kopir.websites.following import FOLLOWERS

        register_words(ACTIONS, KINDS)
        FOLLOWERS.add("upgrading", note_websites)
        PARTS.add("upgrading:all", ALL)


ALL = Part(_("Upgrades of websites"), _("What their templates give now, and what waits for a decision"))
