"""Websites, their pages by type, their pictures and files."""

from kopir.websites.models.base import LanguageRoot, SitePage, SitePageQuerySet
from kopir.websites.models.media import SiteDocument, SiteImage, SiteRendition
from kopir.websites.models.pages import (
    ContactsPage,
    DocumentPage,
    DocumentState,
    HomePage,
    Listing,
    NewsPage,
    PersonPage,
    SectionPage,
)
from kopir.websites.models.website import Redirect, Website, WebsiteState

__all__ = [
    "ContactsPage",
    "DocumentPage",
    "DocumentState",
    "HomePage",
    "LanguageRoot",
    "Listing",
    "NewsPage",
    "PersonPage",
    "Redirect",
    "SectionPage",
    "SiteDocument",
    "SiteImage",
    "SitePage",
    "SitePageQuerySet",
    "SiteRendition",
    "Website",
    "WebsiteState",
]
