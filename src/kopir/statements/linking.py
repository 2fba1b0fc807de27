"""The way from a website's pages to its statement: on the portal, or on the website's own domain under its name."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from kopir.design.page import Link
from kopir.websites.addresses import home_path
from kopir.websites.models import SitePage, Website

OWN: Final = "@accessibility/"
"""Where it is on an own domain, behind the home page."""


def list_links(website: Website, page: SitePage | None, language: str) -> list[Link]:
    """The statement, in the language of the page."""
    with override(language):
        if website.own_host:
            address = home_path(website, language) + OWN
        else:
            address = reverse("statements:show", urlconf=settings.ROOT_URLCONF, args=[website.slug])
        return [Link(_("Accessibility statement"), address)]
