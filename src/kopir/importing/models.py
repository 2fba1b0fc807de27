"""What came over: which page an item of a source became, and what both said then; which file, which of ours."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class ImportedItem(models.Model):
    """An item of a source in one language. `page` is None once it was deleted here: it does not come back.

    `source_digest` is of what the source said last, `page_digest` of what was then written here: another page since
    means that somebody has edited it. `old_host` and `old_path` ("/news/1?lang=kk", no closing slash) lead to the page.
    """

    website = models.ForeignKey("websites.Website", models.CASCADE, related_name="+")
    source = models.CharField(max_length=60)
    language = models.CharField(max_length=12)
    key = models.CharField(max_length=300)
    page = models.ForeignKey("websites.SitePage", models.SET_NULL, null=True, related_name="+")
    old_host = models.CharField(max_length=253, blank=True)
    old_path = models.CharField(max_length=500, blank=True)
    source_digest = models.CharField(max_length=64)
    page_digest = models.CharField(max_length=64)
    imported_at = models.DateTimeField()

    wagtail_reference_index_ignore = True

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["website", "source", "language", "key"], name="importing_item_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["old_path", "website"], name="importing_old_address")]

    def __str__(self) -> str:
        """Its name at the source."""
        return f"{self.source}: {self.key}"


class ImportedFile(models.Model):
    """A picture or a file that stood at an address of an old site; the same content is one picture or file of ours.

    `old_path` is decoded and has no query ("/uploads/2019/a.pdf"). Once it was deleted here, both are None.
    """

    website = models.ForeignKey("websites.Website", models.CASCADE, related_name="+")
    old_host = models.CharField(max_length=253, blank=True)
    old_path = models.CharField(max_length=500)
    digest = models.CharField(max_length=64)
    image = models.ForeignKey("websites.SiteImage", models.SET_NULL, null=True, related_name="+")
    document = models.ForeignKey("websites.SiteDocument", models.SET_NULL, null=True, related_name="+")

    wagtail_reference_index_ignore = True

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["old_path", "website", "old_host"], name="importing_file_once"),
        ]

    def __str__(self) -> str:
        """Where it was."""
        return f"{self.old_host}{self.old_path}"
