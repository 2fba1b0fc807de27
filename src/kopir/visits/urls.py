"""Addresses of the room's pages, behind the code of the language."""

from __future__ import annotations

from django.urls import path

from kopir.visits import views

app_name = "visits"
urlpatterns = [
    path("manage/visits/", views.index, name="list"),
    path("manage/visits/<slug:slug>/", views.show, name="show"),
    path("manage/visits/<slug:slug>/lead/", views.lead, name="lead"),
]
