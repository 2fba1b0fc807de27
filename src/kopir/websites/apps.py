"""The room as a Django app."""

from django.apps import AppConfig


class WebsitesConfig(AppConfig):
    """`websites`: its name in the registry of apps and before the names of its tables."""

    name = "kopir.websites"
    label = "websites"
