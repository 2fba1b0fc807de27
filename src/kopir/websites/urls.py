"""Addresses of websites under the portal, behind the code of the language; last of all, so that they take nothing."""

from __future__ import annotations

from django.urls import path, re_path

from kopir.websites import views

app_name = "websites"
urlpatterns = [
    path("<slug:site>/", views.show, name="home"),
    re_path(r"^(?P<site>[-a-z0-9]+)/(?P<path>[-\w/]*[-\w])/$", views.show, name="page"),
]
