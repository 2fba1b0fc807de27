"""Banners, also those of the past. Written by `actions` alone."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from kopir.base.texts import validate_texts
from kopir.bodies.models import Body, Region, Worded
from kopir.pagecache.tagged import Tagged


class Banner(Tagged):
    """One urgent word. `place` is the name of `rules.Place`; `ended_at` is set where somebody ended it early."""

    place = models.CharField(max_length=40)
    body = models.ForeignKey(Body, models.PROTECT, null=True, blank=True, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+")
    titles = models.JSONField(validators=[validate_texts])
    texts = models.JSONField(default=dict, blank=True)
    address = models.URLField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["place"], condition=Q(ended_at=None), name="banners_one_at_a_place"),
            models.CheckConstraint(condition=Q(body=None) | Q(region=None), name="banners_one_place"),
        ]

    def __str__(self) -> str:
        """The title in the language of the reader."""
        return str(self.title)

    @property
    def title(self) -> Worded:
        """The title for the reader."""
        return Worded.of(self.titles)
