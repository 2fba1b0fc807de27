"""What was counted, by website and day. Written by `actions` alone; holds nobody who read, only how many."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models

from kopir.websites.models import Website

LONGEST_PATH: Final = 500
LONGEST_WORDS: Final = 60


class Views(models.Model):
    """How often a page was read on a day. `path` is that within its website, "/kk/news/", without host or script.

    `page_number` is the id of the page that stood there, kept when the page has gone; None where none was found.
    """

    website = models.ForeignKey(Website, models.CASCADE, related_name="+")
    day = models.DateField()
    path = models.CharField(max_length=LONGEST_PATH)
    page_number = models.BigIntegerField(null=True, blank=True)
    count = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["website", "day", "path"], name="views_of_a_day")]
        indexes: ClassVar = [
            models.Index(fields=["day"], name="views_by_day"),
            models.Index(fields=["page_number", "day"], name="views_of_a_page"),
        ]

    def __str__(self) -> str:
        """The path and the day."""
        return f"{self.path} {self.day}"


class MissingAddress(models.Model):
    """How often an address of a website led to nothing on a day."""

    website = models.ForeignKey(Website, models.CASCADE, related_name="+")
    day = models.DateField()
    path = models.CharField(max_length=LONGEST_PATH)
    count = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["website", "day", "path"], name="missing_of_a_day")]
        indexes: ClassVar = [models.Index(fields=["day"], name="missing_by_day")]

    def __str__(self) -> str:
        """The path and the day."""
        return f"{self.path} {self.day}"


class VainSearch(models.Model):
    """How often words were looked for in vain on a day, on a website or, where that is None, everywhere.

    `words` is empty while they were asked seldom; `digest` tells until then whether they are asked again.
    """

    website = models.ForeignKey(Website, models.CASCADE, null=True, blank=True, related_name="+")
    day = models.DateField()
    language = models.CharField(max_length=12)
    digest = models.CharField(max_length=64)
    words = models.CharField(max_length=LONGEST_WORDS, blank=True)
    count = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["website", "day", "language", "digest"], name="vain_of_a_day"),
            models.UniqueConstraint(
                fields=["day", "language", "digest"], condition=models.Q(website=None), name="vain_everywhere_of_a_day"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["day"], name="vain_by_day")]

    def __str__(self) -> str:
        """The words and the day."""
        return f"{self.words} {self.day}"
