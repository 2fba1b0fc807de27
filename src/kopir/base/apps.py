"""The room as a Django app."""

from django.apps import AppConfig


class BaseConfig(AppConfig):
    """`base`: its name in the registry of apps and before the names of its tables."""

    name = "kopir.base"
    label = "base"
