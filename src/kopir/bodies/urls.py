"""Addresses of the room's pages, behind the code of the language."""

from __future__ import annotations

from django.urls import path

from kopir.bodies.views import manage, public

app_name = "bodies"
urlpatterns = [
    path("", public.home, name="home"),
    path("bodies/<slug:slug>/", public.body, name="body"),
    path("regions/<slug:code>/", public.region, name="region"),
    path("calendar/", public.calendar, name="calendar"),
    path("calendar/<int:year>/", public.calendar, name="calendar_year"),
    path("manage/", manage.index, name="manage"),
    path("manage/bodies/", manage.list_of_bodies, name="manage_bodies"),
    path("manage/bodies/new/", manage.create, name="manage_create"),
    path("manage/bodies/<slug:slug>/", manage.change, name="manage_change"),
    path("manage/bodies/<slug:slug>/place/", manage.move, name="manage_move"),
    path("manage/bodies/<slug:slug>/look/", manage.look, name="manage_look"),
    path("manage/bodies/<slug:slug>/close/", manage.close, name="manage_close"),
    path("manage/bodies/<slug:slug>/open/", manage.reopen, name="manage_reopen"),
    path("manage/calendar/", manage.calendar, name="manage_calendar"),
    path("manage/portal/", manage.portal, name="manage_portal"),
]
