"""Addresses of the room that are the same in every language and on every host: pictures and files."""

from __future__ import annotations

import re

from django.conf import settings
from django.urls import re_path

from kopir.websites import media_views

app_name = "websites_files"
_ROOT = re.escape(settings.MEDIA_URL.removeprefix("/"))
urlpatterns = [
    re_path(rf"^{_ROOT}(?P<name>(?:pictures|files)/[0-9]+/[0-9a-f]{{32}}\.[a-z0-9]+)$", media_views.media, name="media")
]
