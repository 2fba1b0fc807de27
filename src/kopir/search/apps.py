"""The room as a Django app."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """`search`: its name in the registry of apps and before the names of its tables."""

    name = "kopir.search"
    label = "search"
