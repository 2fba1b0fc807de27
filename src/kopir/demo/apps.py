"""The demonstration as a Django app: one letter with words of its own. Only `kopir.demo.settings` and tests have it."""

from django.apps import AppConfig
from django.conf import settings

LETTER = "demo.message"


class DemoConfig(AppConfig):
    """`demo`: no tables."""

    name = "kopir.demo"
    label = "demo"

    def ready(self) -> None:
        """Register the letter, and on a stand find its neighbors."""
        from kopir.demo.loopback import answer_for_localhost  # noqa: PLC0415 - the registry of apps comes first
        from kopir.notices.letters import LETTERS, Letter  # noqa: PLC0415

        if LETTER not in LETTERS:
            LETTERS.add(LETTER, Letter(by_email=False))
        if hasattr(settings, "KOPIR_STAND"):
            answer_for_localhost()
