"""Websites, their pages by type, their pictures and files."""

from kopir.websites.models.base import LanguageRoot, SitePage, SitePageQuerySet
from kopir.websites.models.dictionary import FixedWord
from kopir.websites.models.media import MediaUse, SiteDocument, SiteImage, SiteRendition
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
from kopir.websites.models.review import ReviewTask
from kopir.websites.models.version import Version
from kopir.websites.models.website import FormerSlug, Redirect, Website, WebsiteState

__all__ = [
    "ContactsPage",
    "DocumentPage",
    "DocumentState",
    "FixedWord",
    "FormerSlug",
    "HomePage",
    "LanguageRoot",
    "Listing",
    "MediaUse",
    "NewsPage",
    "PersonPage",
    "Redirect",
    "ReviewTask",
    "SectionPage",
    "SiteDocument",
    "SiteImage",
    "SitePage",
    "SitePageQuerySet",
    "SiteRendition",
    "Version",
    "Website",
    "WebsiteState",
]
