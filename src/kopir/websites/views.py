"""Pages of websites for everybody, under the portal and on a site's own domain."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from kopir.base.access import everyone
from kopir.pagecache.storing import storable
from kopir.websites import addresses, queries
from kopir.websites.models import SitePage, Website, WebsiteState
from kopir.websites.showing import render_gone, render_missing, render_page
from kopir.websites.versions import render_version, render_versions

Render = Callable[[HttpRequest, SitePage], HttpResponse]


@storable(params=("page",))
@everyone
@require_safe
def show(request: HttpRequest, site: str, path: str = "") -> HttpResponse:
    """The page at `path` of the website with this first segment; one with a domain of its own is read there."""
    return _respond(request, site, path)


@storable(params=("page",))
@everyone
@require_safe
def show_own(request: HttpRequest, path: str = "") -> HttpResponse:
    """The page at `path` of the website whose own domain was asked; the middleware of hosts has found it."""
    return _respond(request, "", path)


@everyone
@require_safe
def show_version(request: HttpRequest, number: int, site: str = "", path: str = "") -> HttpResponse:
    """The page at `path` as it was when it was published for the `number`th time. Rare, and so not kept."""
    return _respond(request, site, path, partial(render_version, number=number), f"@{number}/")


@everyone
@require_safe
def show_versions(request: HttpRequest, site: str = "", path: str = "") -> HttpResponse:
    """Which versions of the page at `path` the public has seen."""
    return _respond(request, site, path, render_versions, "@versions/")


def _respond(request: HttpRequest, site: str, path: str, render: Render = render_page, tail: str = "") -> HttpResponse:
    """What is at `path` of the website at `site`, "" on its own domain; `tail` stands behind the page's address."""
    website: Website | None = queries.find_website(site) if site else getattr(request, "website", None)
    if site and website is None:
        website = queries.find_renamed(site)
        if website is not None:
            return _lead_to(website, path, tail)
    if website is None:
        raise Http404
    if site and website.own_host:
        return _lead_to(website, path, tail)
    return answer(request, website, path, render, tail)


def _lead_to(website: Website, path: str, tail: str) -> HttpResponsePermanentRedirect:
    """To the same page where the website answers now."""
    home = addresses.home_path(website, get_language() or "")
    host = addresses.host_of(website) if website.own_host else ""
    return HttpResponsePermanentRedirect(host + home + (f"{path}/" if path else "") + tail)


def answer(
    request: HttpRequest, website: Website, path: str, render: Render = render_page, tail: str = ""
) -> HttpResponse:
    """The page, or where it went, or a plain word that it is not there."""
    language = get_language() or ""
    if website.state != WebsiteState.OPEN:
        return render_gone(request, website, language)
    page = queries.find_page(website, language, path)
    if page is not None:
        return render(request, page)
    redirect = queries.find_redirect(website, language, path)
    if redirect is None:
        return render_missing(request, website, language, path)
    if redirect.page is None or not redirect.page.is_shown:
        return render_gone(request, website, language)
    return HttpResponsePermanentRedirect(addresses.address_of(redirect.page, seen_from=website) + tail)
