"""Leads the portal from a body to its website."""

from __future__ import annotations

from kopir.bodies.models import Body
from kopir.websites import addresses
from kopir.websites.models import WebsiteState
from kopir.websites.queries import find_website_of


def find_home(body: Body, language: str) -> str:
    """The address of the body's open website in this language, as a link on the portal; "" where it has none."""
    website = find_website_of(body.pk)
    if website is None or website.state != WebsiteState.OPEN:
        return ""
    return (addresses.host_of(website) if website.own_host else "") + addresses.home_path(website, language)
