"""The newest statement of each website. Written by `actions` alone."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from kopir.pagecache.tagged import Tagged
from kopir.websites.models import Website


class Statement(Tagged):
    """What the last check found. `counts`: pages by code; `reasons`: title, path, codes and reason of each page."""

    website = models.OneToOneField(Website, models.CASCADE, related_name="+")
    checked_at = models.DateTimeField()
    pages = models.PositiveIntegerField()
    faulty = models.PositiveIntegerField()
    counts = models.JSONField(default=dict)
    reasons = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["website"]

    def __str__(self) -> str:
        """Website and day."""
        return f"{self.website_id}: {self.checked_at:%Y-%m-%d}"
