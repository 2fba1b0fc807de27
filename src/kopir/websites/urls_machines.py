"""Addresses for programs: maps, robots.txt, the JSON of all public content. The same in every language."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import URLPattern, URLResolver, path

from kopir.base.access import EVERYONE, decide
from kopir.websites import feeds
from kopir.websites.open_data import api


def _open(entries: Iterable[URLPattern | URLResolver]) -> None:
    for entry in entries:
        if isinstance(entry, URLResolver):
            _open(entry.url_patterns)
        else:
            decide(entry.callback, EVERYONE)


_api, _app, _namespace = api.urls
_open(_api)
urlpatterns = [
    path("robots.txt", feeds.robots, name="robots"),
    path("sitemap.xml", feeds.map_of_maps, name="sitemap"),
    path("sitemaps/<slug:site>.xml", feeds.site_map, name="site_map"),
    path("api/1/", (_api, _app, _namespace)),
]
