"""Addresses of the room that are the same in every language: crests, where uploads have theirs."""

from __future__ import annotations

from django.conf import settings
from django.urls import path

from kopir.bodies.views import crests

app_name = "bodies_files"
urlpatterns = [path(f"{settings.MEDIA_URL.removeprefix('/')}crests/<str:name>", crests.crest, name="crest")]
