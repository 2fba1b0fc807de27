"""The row of a website: whose it is, where it answers, what it was made from."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kopir.pagecache.tagged import Tagged


class WebsiteState(models.TextChoices):
    """Whether a website answers."""

    OPEN = "open", _("open")
    ARCHIVED = "archived", _("archived")


class Website(Tagged):
    """The website of one body. Its pages are below its home pages, one for each language.

    `domain` is its own host name, in lower case without port; it answers there once `domain_proven_at` is set.
    """

    body = models.OneToOneField("bodies.Body", models.PROTECT, related_name="website")
    slug = models.SlugField(max_length=100, unique=True)
    domain = models.CharField(max_length=253, unique=True, null=True, blank=True)
    domain_proof = models.CharField(max_length=64, blank=True)
    domain_proven_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=WebsiteState.choices, default=WebsiteState.OPEN)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    template = models.CharField(max_length=40)
    collection = models.OneToOneField("wagtailcore.Collection", models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(domain_proven_at__isnull=True) | Q(domain__isnull=False), name="websites_proven_domain"
            ),
        ]

    def __str__(self) -> str:
        """The address."""
        return self.slug

    @property
    def own_host(self) -> str:
        """The host name of its own that answers; "" where there is none."""
        return self.domain if self.domain and self.domain_proven_at else ""


class FormerSlug(models.Model):
    """An address under the portal that a website has left by being renamed."""

    slug = models.SlugField(max_length=100, unique=True)
    website = models.ForeignKey(Website, models.CASCADE, related_name="former_slugs")
    left_at = models.DateTimeField()

    def __str__(self) -> str:
        """The address that was left."""
        return self.slug


class Redirect(models.Model):
    """An address that a page of a website has left: where it went, or, without a page, that it is gone."""

    website = models.ForeignKey(Website, models.CASCADE, related_name="redirects")
    language = models.CharField(max_length=12)
    path = models.CharField(max_length=500)
    page = models.ForeignKey("websites.SitePage", models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["website", "language", "path"], name="websites_one_way_from_an_address"),
        ]

    def __str__(self) -> str:
        """The address that was left."""
        return self.path
