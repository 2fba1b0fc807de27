"""What was approved of a page: by whom, and, once the public has seen it, under which number."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from wagtail.models import Revision


class Version(models.Model):
    """A revision that another person has approved. It waits for its instant, or was shown and has a number for ever.

    `approved_by` is None where the system itself has published. `findings` are the codes of what the gate found and the
    written `reason` lets stay. One that was withdrawn keeps its number; only its editors read it.
    """

    page = models.ForeignKey("websites.SitePage", models.CASCADE, related_name="versions")
    revision = models.ForeignKey(Revision, models.CASCADE, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    approved_at = models.DateTimeField()
    reason = models.TextField(blank=True)
    findings = models.JSONField(default=list)
    number = models.PositiveIntegerField(null=True)
    published_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["page", "number", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["page", "number"], name="websites_one_version_of_a_number"),
            models.CheckConstraint(
                condition=Q(number__isnull=True, published_at__isnull=True)
                | Q(number__gte=1, published_at__isnull=False),
                name="websites_a_shown_version_has_a_number",
            ),
        ]

    def __str__(self) -> str:
        """Its number, as it stands in an address."""
        return f"@{self.number}"
