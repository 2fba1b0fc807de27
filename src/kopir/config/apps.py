"""The room as a Django app: it has templates of its own, the pages of errors."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """`config`: its name in the registry of apps."""

    name = "kopir.config"
    label = "config"
