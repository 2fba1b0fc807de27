"""Leads the portal from a body to its website."""

from __future__ import annotations

from kopir.bodies.models import Body
from kopir.bodies.queries import get_country
from kopir.websites import addresses
from kopir.websites.queries import find_website_of, list_shown_at


def find_home(body: Body, language: str) -> str:
    """The address of the body's open website in this language, as a link on the portal; "" where it has none.

    Where its home page is not shown in this language, that in the first of the country's languages in which it is.
    """
    website = find_website_of(body.pk)
    if website is None:
        return ""
    paths = [f"/{code}/{website.slug}/" for code in (language, *get_country().language_codes)]
    shown = {page.url_path: page for page in list_shown_at(website, paths)}
    return next((addresses.address_of(shown[path]) for path in paths if path in shown), "")
