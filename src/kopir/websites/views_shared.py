"""The page of the administration for shared texts: those that the website keeps with where they stand, and gaps."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kopir.websites.acting import find_current
from kopir.websites.admin_addresses import OPEN
from kopir.websites.admin_door import open_door
from kopir.websites.sharing import list_bereft, list_kept


@require_safe
def _show(request: HttpRequest) -> HttpResponse:
    rights = find_current()
    assert rights is not None  # noqa: S101 - the door has let nobody else in
    context = {"kept": list_kept(rights.website), "bereft": list_bereft(rights.website)}
    return render(request, "websites/edit/shared.html", context)


show_shared = open_door(OPEN["editing:shared"], _show)
"""Shared texts."""
