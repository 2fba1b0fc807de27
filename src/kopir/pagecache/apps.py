"""The room as a Django app."""

from django.apps import AppConfig
from django.db import connections
from django.db.backends.signals import connection_created


class PagecacheConfig(AppConfig):
    """`pagecache`: its name in the registry of apps and before the names of its tables."""

    name = "kopir.pagecache"
    label = "pagecache"

    def ready(self) -> None:
        """Post the guard at every connection, and say which tables of libraries and of the floor below are whose."""
        from django.apps import apps

        from kopir.pagecache.guard import stand_at, watch_new
        from kopir.pagecache.tables import constant, personal

        connection_created.connect(watch_new, dispatch_uid="kopir.pagecache.guard")
        for connection in connections.all(initialized_only=True):
            stand_at(connection)
        constant(apps.get_model("contenttypes", "ContentType"))
        personal(apps.get_model("auth", "Group"), apps.get_model("auth", "Permission"))
