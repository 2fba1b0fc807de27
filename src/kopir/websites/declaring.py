"""Which tables the kept pages of this room are made from: see docs/reference/pagecache.md."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Locale, Page

from kopir.pagecache.tables import constant, tagged
from kopir.pagecache.tagged import hook
from kopir.websites import models


def declare() -> None:
    """Declare them. Called once at start-up."""
    hook(Page, models.SiteImage, models.SiteRendition, models.SiteDocument)
    tagged(
        Page,
        models.LanguageRoot,
        models.SitePage,
        *models.list_types(),
        models.Website,
        models.FixedWord,
        models.Redirect,
        models.SiteImage,
        models.SiteDocument,
    )
    tagged(models.FormerSlug, prefix="websites.website")
    tagged(models.SiteRendition, prefix="websites.siteimage")
    constant(ContentType, Locale)
