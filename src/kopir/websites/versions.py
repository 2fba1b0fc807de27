"""Each version of a page that the public has seen, at an address of its own for as long as the page is there.

Text, title and pictures are those of then; what surrounds them, menu and listings, is that of now. Search engines are
led to the page as it is. A page that was taken down or deleted takes its versions with it: what must not be read any
more is read nowhere. One that was withdrawn alone answers with when and why.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from kopir.websites import addresses, queries
from kopir.websites.models import SitePage
from kopir.websites.showing import render_page


def render_version(request: HttpRequest, page: SitePage, *, number: int) -> HttpResponse:
    """The page as it was under this number, saying so. Raises Http404 for a number that it has not reached."""
    version = queries.find_version(page, number)
    if version is None:
        raise Http404
    if version.withdrawn_at is not None:
        template = "websites/withdrawn.html"
        answer = render_page(request, page, template=template, withdrawn=version, alternates=[])
        answer.status_code = 410
        return _unlisted(answer)
    then: Any = version.revision.as_object()
    then.website, then.slug, then.url_path = page.website, page.slug, page.url_path
    then.last_published_at = version.published_at
    current = addresses.address_of(page, seen_from=page.website)
    return _unlisted(render_page(request, then, past=version, current_address=current, alternates=[]))


def render_versions(request: HttpRequest, page: SitePage) -> HttpResponse:
    """The list of them."""
    found = list(queries.list_versions(page))
    return _unlisted(render_page(request, page, template="websites/versions.html", versions=found, alternates=[]))


def _unlisted(answer: HttpResponse) -> HttpResponse:
    answer["X-Robots-Tag"] = "noindex"
    return answer
