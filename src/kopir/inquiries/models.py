"""Inquiries. Written by `actions` alone."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kopir.websites.models import Website


class Kind(models.TextChoices):
    """What it is about."""

    FAULT = "fault", _("Something is wrong on a page")
    QUESTION = "question", _("A question to the body")


class State(models.TextChoices):
    """How it stands."""

    WAITING = "waiting", pgettext_lazy("inquiry", "Waiting for an answer")
    ANSWERED = "answered", pgettext_lazy("inquiry", "Answered")


class Inquiry(models.Model):
    """What somebody wrote. `words`, `address` and `answer` are sealed, and empty once their term has ended.

    `secret` is a digest; `once` tells one form that was sent from another; `page_title` and `page_path` are those of
    the page as it was then.
    """

    number = models.CharField(max_length=8, unique=True)
    secret = models.CharField(max_length=64)
    once = models.CharField(max_length=32, unique=True)
    website = models.ForeignKey(Website, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    language = models.CharField(max_length=12)
    page_title = models.CharField(max_length=255, blank=True)
    page_path = models.CharField(max_length=1000, blank=True)
    words = models.TextField(blank=True)
    address = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    answer = models.TextField(blank=True)
    created_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["website", "state", "-id"], name="inquiries_of_a_website"),
            models.Index(fields=["created_at"], condition=models.Q(forgotten_at=None), name="inquiries_to_forget"),
        ]

    def __str__(self) -> str:
        """Its number."""
        return self.number
