"""Open data: sets of files with the terms on which everybody may use them."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from kopir.websites.addresses import host_of
from kopir.websites.blocks import BlocksField, Content, DataFiles
from kopir.websites.models.base import SitePage
from kopir.websites.models.kinds import Listing


class License(models.TextChoices):
    """On which terms data may be used."""

    CC0 = "cc0", "CC0 1.0"
    CC_BY = "cc-by", "CC BY 4.0"
    ODBL = "odbl", "ODbL 1.0"


TERMS: Final = {
    License.CC0: "https://creativecommons.org/publicdomain/zero/1.0/",
    License.CC_BY: "https://creativecommons.org/licenses/by/4.0/",
    License.ODBL: "https://opendatacommons.org/licenses/odbl/1-0/",
}
"""Where each license is read."""


class Frequency(models.TextChoices):
    """How often data are renewed."""

    DAILY = "daily", _("every day")
    WEEKLY = "weekly", _("every week")
    MONTHLY = "monthly", _("every month")
    QUARTERLY = "quarterly", _("every quarter")
    YEARLY = "yearly", _("every year")
    IRREGULAR = "irregular", _("when something changes")


class DatasetPage(SitePage):
    """A set of open data: files, their license, when they were renewed and how often they are."""

    license = models.CharField(_("license"), max_length=10, choices=License.choices, default=License.CC_BY)
    renewed_on = models.DateField(_("renewed on"))
    frequency = models.CharField(_("is renewed"), max_length=10, choices=Frequency.choices, default=Frequency.IRREGULAR)
    holder = models.CharField(_("who answers for it"), max_length=200, blank=True)
    files = BlocksField(DataFiles, verbose_name=_("files"), blank=True)
    body = BlocksField(Content, verbose_name=_("content"), blank=True)

    parent_page_types: ClassVar[list[str]] = ["websites.SectionPage"]
    subpage_types: ClassVar[list[str]] = []
    listed = Listing(
        "datasets",
        _("open data, those renewed last first"),
        _("There are no open data yet."),
        order=("-renewed_on", "-pk"),
        place=("renewed_on",),
    )
    day = "renewed_on"
    facts = ("license", "renewed_on", "frequency", "holder", "files")
    facets = ("license",)
    schema = "Dataset"
    content_panels: ClassVar[list[Any]] = [
        *SitePage.content_panels,
        FieldPanel("files"),
        MultiFieldPanel([FieldPanel(name) for name in ("license", "renewed_on", "frequency", "holder")], _("Terms")),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("open data set")
        verbose_name_plural = _("Open data")

    @property
    def terms(self) -> str:
        """Where its license is read."""
        return TERMS[License(self.license)]

    def read_files(self) -> list[dict[str, str]]:
        """The files for programs: title, format ("csv"), whole address."""
        host = host_of(self.website)
        found = [block.value["file"] for block in self.files if block.value["file"]]
        return [{"title": one.title, "format": one.file_extension, "address": host + one.url} for one in found]
