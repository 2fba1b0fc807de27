"""Addresses for programs: the JSON of scores. The same in every language."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import URLPattern, URLResolver, path

from kopir.base.access import EVERYONE, decide
from kopir.duties.open_data import api


def _open(entries: Iterable[URLPattern | URLResolver]) -> None:
    for entry in entries:
        if isinstance(entry, URLResolver):
            _open(entry.url_patterns)
        else:
            decide(entry.callback, EVERYONE)


_api, _app, _namespace = api.urls
_open(_api)
urlpatterns = [path("api/1/duties/", (_api, _app, _namespace))]
