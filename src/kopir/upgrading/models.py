"""What templates gave, to which website, and what upgrades changed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class TemplateVersion(models.Model):
    """What a template gave at some time, kept once however many websites were made from it; never changed.

    `digest` tells two of them apart, whatever their number says. `pages`: `kopir.upgrading.states.Packed`.
    """

    template = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64, unique=True)
    pages = models.JSONField()
    noted_at = models.DateTimeField()

    def __str__(self) -> str:
        """Template and number."""
        return f"{self.template} {self.number}"


class SiteBase(models.Model):
    """What a website was given: a version of its template, but for the units in `overrides`, which wait for a decision.

    `keys`: by the key of a page in the template what joins its languages on this website.
    """

    website = models.OneToOneField("websites.Website", models.CASCADE, related_name="+")
    version = models.ForeignKey(TemplateVersion, models.PROTECT, related_name="+")
    keys = models.JSONField()
    overrides = models.JSONField(default=dict)

    def __str__(self) -> str:
        """Whose, and which."""
        return f"{self.website_id}: {self.version_id}"


class Upgrade(models.Model):
    """What an upgrade changed on a website, with all decisions on it; `before` is the row of `SiteBase` before it."""

    website = models.ForeignKey("websites.Website", models.CASCADE, related_name="+")
    version = models.ForeignKey(TemplateVersion, models.PROTECT, related_name="+")
    changes = models.JSONField()
    before = models.JSONField(null=True)
    made_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        """Whose, and which."""
        return f"{self.website_id}: {self.version_id}"


class Look(models.Model):
    """What the last round over all websites found on one: a count of what would come, or what came (not `is_dry`).

    `looked_at` is None while it waits for its turn; `written` are pages that the last upgrade of all wrote there.
    """

    website = models.OneToOneField("websites.Website", models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True)
    is_dry = models.BooleanField()
    units = models.PositiveIntegerField(default=0)
    written = models.PositiveIntegerField(default=0)
    conflicts = models.PositiveIntegerField(default=0)
    is_refused = models.BooleanField(default=False)

    def __str__(self) -> str:
        """Whose."""
        return f"{self.website_id}: {self.units}, {self.conflicts}"
