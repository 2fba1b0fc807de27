"""What templates of pages ask: addresses of pages and files, pictures in a size. No query of its own."""

from __future__ import annotations

from typing import Any

from django import template

from kopir.websites import addresses
from kopir.websites.models import SiteDocument, SiteImage, SitePage
from kopir.websites.renditions import Size, find_picture
from kopir.websites.showing import explain as explain_listing

register = template.Library()


@register.filter(name="address")
def address_filter(page: SitePage) -> str:
    """The address of a page, as a link from a page of the same website."""
    return addresses.address_of(page, seen_from=page.website)


@register.filter
def card_address(card: Any) -> str:  # noqa: ANN401 - the value of a block
    """Where a card leads: to a page that the public sees, or to an address elsewhere; "" for neither."""
    page = card.get("page")
    if not isinstance(page, SitePage) or not page.is_shown:
        return str(card.get("address") or "")
    return addresses.full_address_of(page)


@register.filter
def file_address(document: SiteDocument) -> str:
    """Where a file is fetched."""
    return document.url


@register.filter
def small(image: SiteImage | None) -> dict[str, Any] | None:
    """The picture as cards show it."""
    return find_picture(image, Size.SMALL)


@register.filter
def portrait(image: SiteImage | None) -> dict[str, Any] | None:
    """The picture as that of a person."""
    return find_picture(image, Size.PORTRAIT)


@register.filter
def large(image: SiteImage | None) -> dict[str, Any] | None:
    """The picture as it stands in a text."""
    return find_picture(image, Size.LARGE)


@register.simple_tag
def explain(listing: str) -> str:
    """What a section says that has nothing to list."""
    return explain_listing(listing)
