"""Addresses for programs: the statement as JSON. The same in every language."""

from __future__ import annotations

from django.urls import path

from kopir.statements import views

app_name = "open_statements"
urlpatterns = [path("api/1/accessibility/<slug:site>", views.show_json, name="show")]
