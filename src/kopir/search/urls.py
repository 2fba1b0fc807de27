"""The address of the search page, behind the code of the language."""

from __future__ import annotations

from django.urls import path

from kopir.search import views

app_name = "search"
urlpatterns = [path("search/", views.search_page, name="search")]
