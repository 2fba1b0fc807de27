"""The ways from a website's pages to its forms. They lead to the portal: no form stands on a site's own domain."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from kopir.design.page import Link
from kopir.websites.addresses import portal_origin
from kopir.websites.models import SitePage, Website


def list_links(website: Website, page: SitePage | None, language: str) -> list[Link]:
    """Write to the body, and, on a page, say what is wrong with it."""
    with override(language):
        address = reverse("inquiries:ask", urlconf=settings.ROOT_URLCONF, args=[website.slug])
        if website.own_host:
            address = portal_origin() + address
        links = [Link(_("Write to us"), address)]
        if page is not None:
            links.append(Link(_("Something wrong on this page?"), f"{address}?page={page.pk}"))
    return links
