"""Every address of a website is built here: of its pages, feeds and map, and in links within texts. No query.

Under the portal a page's address is its `url_path` in the tree: "/kk/ministry-of-water/news/". On the website's own
domain the site's own segment falls away: "/kk/news/".
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

if TYPE_CHECKING:
    from kopir.websites.models import SitePage, Website


def portal_origin() -> str:
    """Scheme and host of the portal, "https://egov.example"."""
    return str(settings.KOPIR_ADDRESS).rstrip("/")


def host_of(website: Website) -> str:
    """Scheme and host where the website answers, without a closing slash."""
    if not website.own_host:
        return portal_origin()
    portal = urlsplit(portal_origin())
    port = f":{portal.port}" if portal.port else ""  # a developer's machine
    return f"{portal.scheme}://{website.own_host}{port}"


def path_of(url_path: str, website: Website) -> str:
    """The path on the website's host of a page with this `url_path`."""
    if not website.own_host:
        return url_path
    _empty, language, _site, rest = url_path.split("/", 3)
    return f"/{language}/{rest}"


def address_of(page: SitePage, *, seen_from: Website | None = None) -> str:
    """The address of a page as a link: without host on its own host, with it from elsewhere.

    `seen_from` is the website on whose page the link stands; None for a page of the portal.
    """
    path = path_of(page.url_path, page.website)
    here = seen_from.own_host if seen_from else ""
    return path if page.website.own_host == here else host_of(page.website) + path


def full_address_of(page: SitePage) -> str:
    """The whole address, for feeds, maps of a site and `canonical`."""
    return host_of(page.website) + path_of(page.url_path, page.website)


def home_path(website: Website, language: str) -> str:
    """The path of the home page on the website's host."""
    return path_of(f"/{language}/{website.slug}/", website)


def search_address(website: Website, language: str) -> str:
    """Where the pages of this website alone are searched: on the portal, also from an own domain."""
    with override(language):
        path = reverse("search:search", urlconf=settings.ROOT_URLCONF)
    return f"{portal_origin() if website.own_host else ''}{path}?site={website.body_id}"
