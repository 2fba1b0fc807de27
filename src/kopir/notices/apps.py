"""The room as a Django app."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """`notices`: its name in the registry of apps and before the names of its tables."""

    name = "kopir.notices"
    label = "notices"
