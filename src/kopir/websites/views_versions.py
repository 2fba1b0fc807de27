"""The page of the administration on which one version of a page is withdrawn from the public."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kopir.base import clock
from kopir.base.errors import KopirError
from kopir.websites.acting import find_current
from kopir.websites.actions import withdraw_version
from kopir.websites.admin_addresses import OPEN
from kopir.websites.admin_door import open_door
from kopir.websites.models import SitePage
from kopir.websites.queries import list_versions


@require_http_methods(["GET", "HEAD", "POST"])
def _show(request: HttpRequest, page_id: int) -> HttpResponse:
    page = get_object_or_404(SitePage, pk=page_id).specific
    if request.method != "POST":
        return render(request, "websites/edit/versions.html", {"page": page, "versions": list_versions(page)})
    rights = find_current()
    assert rights is not None  # noqa: S101 - the door has let nobody else in
    number = request.POST.get("number", "")
    try:
        withdraw_version(
            page=page,
            number=int(number) if number.isascii() and number.isdecimal() and len(number) < 8 else 0,
            reason=request.POST.get("reason", ""),
            actor=rights.actor,
            now=clock.now(),
        )
    except KopirError as error:
        messages.error(request, error.message())
    else:
        messages.success(request, _("The version is withdrawn."))
    return redirect("editing:versions", page.pk)


show_versions = open_door(OPEN["editing:versions"], _show)
"""The versions of a page, each with what withdraws it."""
