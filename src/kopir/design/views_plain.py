"""Answers that are the same in every language: stylesheets from data, the picture gate, the crossing between hosts."""

from __future__ import annotations

import hashlib

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import condition, require_safe

from kopir.base.access import everyone

from .low_vision_cookie import get_look, has_chosen, keep_look
from .low_vision_crossing import is_our_host, read_crossing, write_crossing
from .low_vision_style import write_style
from .pictures import find_picture
from .theme import find_theme

_CSS = "text/css; charset=utf-8"
_FOREVER = "public, max-age=31536000, immutable"
_NOT_KEPT = "private, no-store"


@everyone
@require_safe
def theme(request: HttpRequest, name: str) -> HttpResponse:
    """A body's colors as a stylesheet; its address changes with its content, so it may be kept for ever."""
    style = find_theme(name)
    if style is None:
        raise Http404
    return HttpResponse(style, content_type=_CSS, headers={"Cache-Control": _FOREVER})


def _style_tag(request: HttpRequest) -> str:
    return f'"{hashlib.sha256(write_style(get_look(request)).encode()).hexdigest()[:20]}"'


@everyone
@require_safe
@condition(etag_func=_style_tag)
def low_vision_style(request: HttpRequest) -> HttpResponse:
    """The low-vision stylesheet for this reader's cookie; the browser keeps it and asks each time whether it stands."""
    # Asked about on each page, answered with 304 while nothing changed. Kept without asking, it would stand for some
    # pages after a new choice: Chromium's memory cache goes by the address and does not look at Vary: Cookie.
    headers = {"Cache-Control": "private, no-cache"}
    response = HttpResponse(write_style(get_look(request)), content_type=_CSS, headers=headers)
    patch_vary_headers(response, ["Cookie"])
    return response


@everyone
@require_safe
def low_vision_picture(request: HttpRequest, kind: str, path: str) -> HttpResponse:
    """The gate before a picture: on to the picture, or nothing at all where the reader has switched pictures off."""
    address = find_picture(kind, path)
    if address is None:
        raise Http404
    response = HttpResponse(status=204) if get_look(request).pictures == "off" else HttpResponseRedirect(address)
    response["Cache-Control"] = _NOT_KEPT
    return response


@everyone
@require_safe
def low_vision_cross(request: HttpRequest) -> HttpResponse:
    """On to an address on another host of ours, with the look of a reader who ever chose one."""
    address = request.GET.get("to", "")
    target = write_crossing(get_look(request), address)
    if target is None:
        raise Http404
    response = HttpResponseRedirect(target if has_chosen(request) else address)
    response["Cache-Control"] = _NOT_KEPT
    return response


@everyone
@require_safe
def low_vision_take(request: HttpRequest) -> HttpResponse:
    """Keep the look that another host of ours signed for this one, and go on to the clean address."""
    onward = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(onward, allowed_hosts=None) or not is_our_host(request.get_host()):
        onward = "/"
    response = HttpResponseRedirect(onward)
    response["Cache-Control"] = _NOT_KEPT
    look = read_crossing(request.GET.get("look", ""), request.get_host())
    return response if look is None else keep_look(request, response, look)
