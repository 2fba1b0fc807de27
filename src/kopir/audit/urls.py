"""The addresses of the auditor's pages."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "audit"
urlpatterns = [
    path("manage/audit/", views.list_rows, name="rows"),
    path("manage/audit/<int:row_id>/", views.show_row, name="row"),
    path("manage/audit/<int:row_id>/personal/", views.show_personal, name="personal"),
]
