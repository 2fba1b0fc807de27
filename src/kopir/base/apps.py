"""The room as a Django app."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps


class BaseConfig(AppConfig):
    """`base`: its name in the registry of apps and before the names of its tables."""

    name = "kopir.base"
    label = "base"

    def ready(self) -> None:
        """Load `tasks.py` of every room, so that their jobs are known wherever they are asked for."""
        for config in apps.get_app_configs():
            if config.name.startswith("kopir.") and find_spec(f"{config.name}.tasks"):
                import_module(f"{config.name}.tasks")
