"""Addresses of the room's pages, behind the code of the language."""

from __future__ import annotations

from django.urls import path

from kopir.inquiries import views, views_manage

app_name = "inquiries"
urlpatterns = [
    path("inquiries/", views.state, name="state"),
    path("inquiries/<slug:site>/", views.ask, name="ask"),
    path("manage/inquiries/", views_manage.index, name="list"),
    path("manage/inquiries/<int:inquiry_id>/", views_manage.show, name="show"),
]
