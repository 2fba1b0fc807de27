"""The address of the upgrade, before those of Wagtail's administration."""

from __future__ import annotations

from django.urls import path

from kopir.upgrading import views_edit

app_name = "upgrading_edit"
urlpatterns = [path("", views_edit.show, name="site")]
