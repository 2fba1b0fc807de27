"""Addresses of the room's pages, behind the code of the language."""

from __future__ import annotations

from django.urls import path

from kopir.banners import views

app_name = "banners"
urlpatterns = [
    path("manage/banners/", views.index, name="list"),
    path("manage/banners/new/", views.create, name="new"),
    path("manage/banners/<int:banner_id>/end/", views.end, name="end"),
]
