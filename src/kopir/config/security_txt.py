"""Where whoever finds a hole tells us of it: `/.well-known/security.txt` (RFC 9116), on every host alike."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from kopir.base.access import everyone
from kopir.bodies.queries import get_country

PATH = ".well-known/security.txt"


@everyone
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The file as the settings make it; raises Http404 where they name nobody to tell."""
    if not settings.KOPIR_SECURITY_CONTACT:
        raise Http404
    host = request.build_absolute_uri("/") if hasattr(request, "website") else f"{settings.KOPIR_ADDRESS}/"
    lines = [
        *(f"Contact: {contact}" for contact in settings.KOPIR_SECURITY_CONTACT),
        f"Expires: {settings.KOPIR_SECURITY_EXPIRES:%Y-%m-%d}T00:00:00Z",
        f"Preferred-Languages: {', '.join(get_country().language_codes)}",
        f"Canonical: {host}{PATH}",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
