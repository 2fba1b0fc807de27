"""That somebody was told to look at a page again."""

from __future__ import annotations

from django.db import models


class Reminder(models.Model):
    """On which day the last letter about a page went out; whoever sends the next one looks here first."""

    page = models.OneToOneField("websites.SitePage", models.CASCADE, related_name="reminder")
    sent_on = models.DateField()

    def __str__(self) -> str:
        """The day."""
        return self.sent_on.isoformat()
