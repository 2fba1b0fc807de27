"""The outbox: which objects changed. Each machine has an index of its own that says how far it has read."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q


class Change(models.Model):
    """One object whose documents are to be read again, written in the transaction that changed it.

    Its id says nothing about when that was committed, so `number` is given later, by a worker that holds the `Outbox`:
    whoever has read the batch of a number never misses a row of that or a lower one.
    """

    source = models.CharField(max_length=100)
    key = models.CharField(max_length=100)
    number = models.PositiveBigIntegerField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["number", "id"], name="search_change_by_number"),
            models.Index(fields=["id"], condition=Q(number=None), name="search_change_new"),
        ]

    def __str__(self) -> str:
        return f"{self.source}:{self.key}"


class Outbox(models.Model):
    """One row: the last number that was given, and up to which one the rows were removed.

    An index keeps `name` too: a database that was restored or made anew is not the one that it was filled from.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    name = models.UUIDField(default=uuid.uuid4)
    last = models.PositiveBigIntegerField(default=0)
    removed = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="search_outbox_one_row")]

    def __str__(self) -> str:
        return f"up to {self.last}"
