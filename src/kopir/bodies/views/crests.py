"""Crests of bodies as files. They were rebuilt when they were set: no byte of an upload is served as it came."""

from __future__ import annotations

import re
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from kopir.base.access import everyone
from kopir.bodies.queries import read_crest

_NAME: Final = re.compile(r"[a-z0-9-]+-[0-9a-f]{16}(?:_[A-Za-z0-9]{7})?\.(png|svg)")
_KINDS: Final = {"png": "image/png", "svg": "image/svg+xml"}
_FOREVER: Final = "public, max-age=31536000, immutable"


@everyone
@require_safe
def crest(request: HttpRequest, name: str) -> HttpResponse:
    """A crest by the name of its file, which changes with its content, so it may be kept for ever."""
    match = _NAME.fullmatch(name)
    content = read_crest(name) if match else None
    if match is None or content is None:
        raise Http404
    return HttpResponse(content, content_type=_KINDS[match[1]], headers={"Cache-Control": _FOREVER})
