"""Puts the page store before Django: which hosts are ours, by which scheme the client came, who is never looked for."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit
from wsgiref.types import WSGIApplication

from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.http.request import validate_host
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import override

from kopir.edge import PageStore, wrap
from kopir.pagecache.storing import is_staff_mark
from kopir.websites.queries import find_website_by_host

from .proxies import get_scheme
from .site_hosts import named_hosts

BYPASS: Final = ("/health/", "/metrics", "/edit/")
"""Beside static files and media: what is for machines, and where people edit."""
KNOWN_S: Final = 60.0
UNKNOWN_S: Final = 5.0
"""How long it is remembered of a host whether it is ours: a domain that has just been proven is found soon."""
REMEMBERED: Final = 4096
_log = logging.getLogger(__name__)


def keep_pages(application: WSGIApplication, clock: Callable[[], float] = time.time) -> PageStore:
    """The application with the page store before it, as the settings say."""
    port = urlsplit(settings.KOPIR_ADDRESS).port
    return wrap(
        application,
        folder=settings.KOPIR_PAGES_FOLDER,
        staff_cookie=settings.KOPIR_STAFF_COOKIE_NAME,
        is_known_host=KnownHosts(),
        is_staff=is_staff_mark,
        bypass_prefixes=(settings.STATIC_URL, settings.MEDIA_URL, *BYPASS),
        clock=clock,
        limit_bytes=settings.KOPIR_PAGE_STORE_BYTES,
        files_limit_bytes=settings.KOPIR_PAGE_FILES_BYTES,
        renders=settings.KOPIR_RENDERS,
        ports=() if port is None else (str(port),),
        scheme_of=get_scheme,
        busy_page=make_busy_page(),
    )


class KnownHosts:
    """Whether a host, without port, is one that the settings name or that a website has proven to be its own."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._remembered: dict[str, tuple[bool, float]] = {}

    def __call__(self, host: str) -> bool:
        """Ask the database at most now and then; while it is away the application itself has the last word."""
        if validate_host(host, named_hosts()):
            return True
        now = self._clock()
        is_known, until = self._remembered.get(host, (False, 0.0))
        if now < until:
            return is_known
        close_old_connections()  # no request of Django's has begun, which would see to it
        try:
            is_known = find_website_by_host(host) is not None
        except DatabaseError:
            _log.warning("hosts cannot be looked up: the application decides")
            return True
        if len(self._remembered) >= REMEMBERED:
            self._remembered.clear()
        self._remembered[host] = (is_known, now + (KNOWN_S if is_known else UNKNOWN_S))
        return is_known


def make_busy_page() -> bytes:
    """What is answered when too many pages are being made, in all languages of the portal: nothing else is known."""
    told = []
    for code, _name in settings.LANGUAGES:
        with override(code):
            told.append((code, _("Many people are here at this moment"), _("Open this page again in a few seconds.")))
    sections = format_html_join("", '<section lang="{}"><h1>{}</h1><p>{}</p></section>', told)
    page = format_html(
        '<!doctype html><html lang="{}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<title>{}</title>{}</html>",
        told[0][0],
        told[0][1],
        sections,
    )
    return page.encode()
