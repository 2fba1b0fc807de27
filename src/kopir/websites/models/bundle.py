"""Pages of one website that go out together, at once or at an instant: all of them or none."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class BundleState(models.TextChoices):
    """How far a bundle has come."""

    OPEN = "open", pgettext_lazy("bundle", "being put together")
    APPROVED = "approved", pgettext_lazy("bundle", "approved, waits for its time")
    OUT = "out", pgettext_lazy("bundle", "gone out")
    REFUSED = "refused", pgettext_lazy("bundle", "did not go out")


class Bundle(models.Model):
    """What goes out together; without `go_out_at` as soon as it is approved."""

    website = models.ForeignKey("websites.Website", models.PROTECT, related_name="bundles")
    title = models.CharField(_("name of the bundle"), max_length=200)
    go_out_at = models.DateTimeField(_("goes out at"), null=True, blank=True)
    state = models.CharField(max_length=10, choices=BundleState.choices, default=BundleState.OPEN)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    out_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]

    def __str__(self) -> str:
        """Its name."""
        return self.title


class BundlePage(models.Model):
    """A page in a bundle; `version` is what was approved of it. Both are None once they are gone, which stops all."""

    bundle = models.ForeignKey(Bundle, models.CASCADE, related_name="entries")
    page = models.ForeignKey("websites.SitePage", models.SET_NULL, null=True, related_name="+")
    version = models.ForeignKey("websites.Version", models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["bundle", "page"], name="websites_a_page_once_in_a_bundle")
        ]

    def __str__(self) -> str:
        """The page."""
        return str(self.page or "")
