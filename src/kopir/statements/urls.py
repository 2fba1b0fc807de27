"""Addresses of the room's pages, behind the code of the language."""

from __future__ import annotations

from django.urls import path

from kopir.statements import views

app_name = "statements"
urlpatterns = [path("accessibility/<slug:site>/", views.show, name="show")]
