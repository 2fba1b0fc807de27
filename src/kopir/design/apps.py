"""The room as a Django app."""

from django.apps import AppConfig


class DesignConfig(AppConfig):
    """`design`: its name in the registry of apps and before the names of its tables."""

    name = "kopir.design"
    label = "design"
