"""Addresses of the operators' page, behind the code of the language."""

from __future__ import annotations

from django.urls import path

from kopir.upgrading import views

app_name = "upgrading"
urlpatterns = [
    path("manage/upgrades/", views.show_all, name="all"),
    path("manage/upgrades/<int:website_id>/", views.work_on, name="work_on"),
]
