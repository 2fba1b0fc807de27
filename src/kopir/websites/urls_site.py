"""Addresses of a website on its own domain, behind the code of the language."""

from __future__ import annotations

from django.urls import path, re_path

from kopir.websites import views

app_name = "websites"
urlpatterns = [
    path("", views.show_own, name="own_home"),
    re_path(r"^(?P<path>[-\w/]*[-\w])/$", views.show_own, name="own_page"),
]
