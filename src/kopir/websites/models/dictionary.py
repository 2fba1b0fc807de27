"""Words whose form in a language's other script is fixed by people: for the whole platform, or for one website."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class FixedWord(models.Model):
    """A word as it is written, with * at its end for any ending, and how the other script writes it.

    `website` is None for a word of the platform; a website's own goes before it.
    """

    website = models.ForeignKey("websites.Website", models.CASCADE, null=True, related_name="+")
    language = models.CharField(max_length=12)
    word = models.CharField(_("word"), max_length=60)
    form = models.CharField(_("in the other script"), max_length=60)

    wagtail_reference_index_ignore = True

    class Meta:
        ordering: ClassVar = ["word", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["website", "language", "word"], name="websites_word_once"),
            models.UniqueConstraint(
                fields=["language", "word"], condition=models.Q(website=None), name="websites_word_once_for_all"
            ),
        ]

    def __str__(self) -> str:
        """As it is written, and as it is shown."""
        return f"{self.word} → {self.form}"
