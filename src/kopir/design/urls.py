"""Pages of the design system, behind the code of their language."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "design"
urlpatterns = [
    path("design/", views.components, name="components"),
    path("low-vision/", views.low_vision, name="low_vision"),
]
