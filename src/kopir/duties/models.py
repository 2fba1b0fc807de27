"""Scores with all that they were computed from: the pack and the facts, each kept once however many scores share it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from kopir.pagecache.tagged import Tagged


class PackVersion(models.Model):
    """The duties of a country as they stood in one version of its pack: `content` as `DutyPack.as_json` gives it."""

    digest = models.CharField(max_length=64, unique=True)
    country = models.CharField(max_length=2)
    version = models.CharField(max_length=40)
    content = models.JSONField()
    used_from = models.DateTimeField()

    def __str__(self) -> str:
        """Country and version."""
        return f"{self.country} {self.version}"


class Inputs(models.Model):
    """The facts of a website at an instant: `content` as `Facts.as_bytes` gives it, `digest` is its SHA-256."""

    digest = models.CharField(max_length=64, unique=True)
    content = models.BinaryField()

    def __str__(self) -> str:
        """The beginning of the digest."""
        return self.digest[:12]


class Score(Tagged):
    """What a website had, on a day, of what law asks: `points` of `possible`, and how each clause stood.

    `results` by code of clause: {"state": …, "count": …, "defects": […]}. `calendar` is the version of the calendar of
    working days by which terms were counted. One score of each website is the newest.
    """

    website = models.ForeignKey("websites.Website", models.PROTECT, related_name="scores")
    on = models.DateField()
    at = models.DateTimeField()
    pack = models.ForeignKey(PackVersion, models.PROTECT, related_name="+")
    inputs = models.ForeignKey(Inputs, models.PROTECT, related_name="+")
    calendar = models.PositiveIntegerField()
    points = models.PositiveIntegerField()
    possible = models.PositiveIntegerField()
    results = models.JSONField()
    is_newest = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["website", "-at"], name="duties_score_of_website")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["website"], condition=Q(is_newest=True), name="duties_one_newest_score"),
        ]

    def __str__(self) -> str:
        """Points of what is possible."""
        return f"{self.points}/{self.possible}"

    @property
    def percent(self) -> int | None:
        """Whole percents, rounded down; None where nothing could be checked."""
        return self.points * 100 // self.possible if self.possible else None


class FileFinding(models.Model):
    """Whether the file of this name holds a text; None where that cannot be told. A file never changes its content."""

    name = models.CharField(max_length=255, unique=True)
    has_text = models.BooleanField(null=True)

    def __str__(self) -> str:
        """The name under which the file is kept."""
        return self.name


class LinkFinding(models.Model):
    """Whether an address elsewhere answers; None where nobody could tell yet. `failures` are nights in sequence."""

    address = models.CharField(max_length=2000, unique=True)
    host = models.CharField(max_length=260, db_index=True)
    seen_on = models.DateField()
    asked_at = models.DateTimeField(null=True)
    is_alive = models.BooleanField(null=True)
    failures = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        """The address."""
        return self.address
