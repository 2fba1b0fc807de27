"""What is to be purged: a row for each touch, in the transaction of the write. Written by `actions` alone."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Purge(models.Model):
    """Tags that a transaction made stale. Each host takes every row once; rows are forgotten after an hour."""

    tags = models.JSONField()
    is_hard = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        """Its number and how many tags it names."""
        return f"{self.pk}: {len(self.tags)}"
