"""Pages of websites for everybody, under the portal and on a site's own domain."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from kopir.base.access import everyone
from kopir.pagecache.storing import storable
from kopir.websites import addresses, queries
from kopir.websites.models import Website, WebsiteState
from kopir.websites.showing import render_gone, render_missing, render_page


@storable(params=("page",))
@everyone
@require_safe
def show(request: HttpRequest, site: str, path: str = "") -> HttpResponse:
    """The page at `path` of the website with this first segment; one with a domain of its own is read there."""
    website = queries.find_website(site)
    if website is None:
        website = queries.find_renamed(site)
        if website is None:
            raise Http404
        return _lead_to(website, path)
    if website.own_host:
        return _lead_to(website, path)
    return answer(request, website, path)


def _lead_to(website: Website, path: str) -> HttpResponsePermanentRedirect:
    """To the same page where the website answers now."""
    home = addresses.home_path(website, get_language() or "")
    host = addresses.host_of(website) if website.own_host else ""
    return HttpResponsePermanentRedirect(host + home + (f"{path}/" if path else ""))


@storable(params=("page",))
@everyone
@require_safe
def show_own(request: HttpRequest, path: str = "") -> HttpResponse:
    """The page at `path` of the website whose own domain was asked; the middleware of hosts has found it."""
    website: Website | None = getattr(request, "website", None)
    if website is None:
        raise Http404
    return answer(request, website, path)


def answer(request: HttpRequest, website: Website, path: str) -> HttpResponse:
    """The page, or where it went, or a plain word that it is not there."""
    language = get_language() or ""
    if website.state != WebsiteState.OPEN:
        return render_gone(request, website, language)
    page = queries.find_page(website, language, path)
    if page is not None:
        return render_page(request, page)
    redirect = queries.find_redirect(website, language, path)
    if redirect is None:
        return render_missing(request, website, language, path)
    if redirect.page is None or not redirect.page.is_shown:
        return render_gone(request, website, language)
    return HttpResponsePermanentRedirect(addresses.address_of(redirect.page, seen_from=website))
