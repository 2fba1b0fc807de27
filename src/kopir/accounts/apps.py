"""The room as a Django app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """`accounts`: its name in the registry of apps and before the names of its tables."""

    name = "kopir.accounts"
    label = "accounts"
