"""Addresses of the design system that are the same in every language: stylesheets from data, low-vision ways."""

from __future__ import annotations

from django.urls import path

from . import views_plain

app_name = "design_files"
urlpatterns = [
    path("design/theme-<str:name>.css", views_plain.theme, name="theme"),
    path("low-vision/style.css", views_plain.low_vision_style, name="low_vision_style"),
    path("low-vision/picture/<str:kind>/<path:path>", views_plain.low_vision_picture, name="low_vision_picture"),
    path("low-vision/cross/", views_plain.low_vision_cross, name="low_vision_cross"),
    path("low-vision/take/", views_plain.low_vision_take, name="low_vision_take"),
]
