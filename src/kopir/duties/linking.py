"""The way from a website's pages to how it keeps what law asks of it, which stands on the portal."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from kopir.design.page import Link
from kopir.websites.addresses import portal_origin
from kopir.websites.models import SitePage, Website


def list_links(website: Website, page: SitePage | None, language: str) -> list[Link]:
    """The score, in the language of the page. Before the first check its page says that there was none."""
    with override(language):
        address = reverse("duties:one", urlconf=settings.ROOT_URLCONF, args=[website.slug])
        return [Link(_("Duties of websites"), (portal_origin() if website.own_host else "") + address)]
