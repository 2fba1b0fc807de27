"""Addresses of the room's pages, behind the code of the language."""

from __future__ import annotations

from django.urls import path

from kopir.duties import views

app_name = "duties"
urlpatterns = [
    path("duties/", views.show_all, name="all"),
    path("duties/<slug:slug>/", views.show_one, name="one"),
    path("manage/duties/", views.manage, name="manage"),
    path("manage/duties/<slug:slug>/", views.manage_one, name="manage_one"),
    path("manage/duties/<slug:slug>/<int:number>/", views.manage_past, name="manage_past"),
]
