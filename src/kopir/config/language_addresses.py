"""Middleware: Django's choice of language, which leads an address without one to its page in the reader's language.

A website may have any first segment that the platform does not use, so Django takes every address for a page. Here one
leads on only where such a website is; for all others "not found" stays "not found".
"""

from __future__ import annotations

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils.translation import get_language, get_language_from_path

from kopir.websites.queries import find_website
from kopir.websites.rules import RESERVED, may_be_address


class LanguageOfAddress(LocaleMiddleware):
    """The middleware."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.status_code != 404 or get_language_from_path(request.path_info) or _leads_on(request):
            return super().process_response(request, response)
        response.headers.setdefault("Content-Language", get_language() or "")
        return response


def _leads_on(request: HttpRequest) -> bool:
    segment = request.path_info.split("/", 2)[1]
    if not segment or segment in RESERVED or hasattr(request, "website"):
        return True
    try:
        return may_be_address(segment) and find_website(segment) is not None
    except DatabaseError:  # the page that says so needs no database
        return False
