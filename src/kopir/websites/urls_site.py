"""Addresses of a website on its own domain, behind the code of the language."""

from __future__ import annotations

from django.urls import path

from kopir.websites import feeds, views
from kopir.websites.urls import PageConverter as _  # noqa: F401 - registers the converter

app_name = "websites"
urlpatterns = [
    path("feed.xml", feeds.news_feed, name="feed"),
    path("calendar.ics", feeds.site_calendar, name="calendar"),
    path("<page:path>/event.ics", feeds.event_calendar, name="event"),
    path("<page:path>/budget.csv", feeds.budget_table, name="budget"),
    path("@versions/", views.show_versions, name="own_home_versions"),
    path("@<version:number>/", views.show_version, name="own_home_version"),
    path("<page:path>/@versions/", views.show_versions, name="own_versions"),
    path("<page:path>/@<version:number>/", views.show_version, name="own_version"),
    path("", views.show_own, name="own_home"),
    path("<page:path>/", views.show_own, name="own_page"),
]
