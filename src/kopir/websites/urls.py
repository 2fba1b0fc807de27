"""Addresses of websites under the portal, behind the code of the language; last of all, so that they take nothing."""

from __future__ import annotations

from django.urls import path, register_converter

from kopir.websites import feeds, views
from kopir.websites.rules import PATH, may_be_address


class SiteConverter:
    """The first segment of a website; what the platform reserves is none, so that its own 404s stay where they are."""

    regex = "[-a-z0-9]+"

    def to_python(self, value: str) -> str:
        if not may_be_address(value):
            raise ValueError(value)
        return value

    def to_url(self, value: str) -> str:
        return value


class PageConverter:
    """The way from a home page to a page below it: segments of letters, digits, hyphens and underscores."""

    regex = PATH

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class VersionConverter:
    """The number of a version. No slug has an "@", so that its address is never a page's."""

    regex = "[1-9][0-9]{0,6}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(SiteConverter, "site")
register_converter(VersionConverter, "version")
register_converter(PageConverter, "page")

app_name = "websites"
urlpatterns = [
    path("<site:site>/feed.xml", feeds.news_feed, name="feed"),
    path("<site:site>/calendar.ics", feeds.site_calendar, name="calendar"),
    path("<site:site>/<page:path>/event.ics", feeds.event_calendar, name="event"),
    path("<site:site>/<page:path>/budget.csv", feeds.budget_table, name="budget"),
    path("<site:site>/@versions/", views.show_versions, name="home_versions"),
    path("<site:site>/@<version:number>/", views.show_version, name="home_version"),
    path("<site:site>/<page:path>/@versions/", views.show_versions, name="versions"),
    path("<site:site>/<page:path>/@<version:number>/", views.show_version, name="version"),
    path("<site:site>/", views.show, name="home"),
    path("<site:site>/<page:path>/", views.show, name="page"),
]
