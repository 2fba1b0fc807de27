"""The room as a Django app."""

from django.apps import AppConfig


class BodiesConfig(AppConfig):
    """`bodies`: its name in the registry of apps and before the names of its tables."""

    name = "kopir.bodies"
    label = "bodies"
