"""What helps people at once: an answer, a film, the way to a service."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField

from kopir.websites.blocks import BlocksField, Content
from kopir.websites.blocks.text import FEATURES
from kopir.websites.models.base import SitePage
from kopir.websites.models.kinds import Listing
from kopir.websites.uploads import ending_of


class QuestionPage(SitePage):
    """A question, which is the title, and its answer."""

    answer = RichTextField(_("answer"), features=FEATURES)
    topic = models.CharField(_("topic"), max_length=120, blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)

    parent_page_types: ClassVar[list[str]] = ["websites.SectionPage"]
    subpage_types: ClassVar[list[str]] = []
    listed = Listing("questions", _("questions with their answers"), _("There are no questions yet."))
    facts = ("answer", "topic", "answered_on")
    schema = "QAPage"
    content_panels: ClassVar[list[Any]] = [
        *SitePage.content_panels,
        *(FieldPanel(name) for name in ("answer", "topic", "answered_on")),
    ]

    class Meta:
        verbose_name = _("question and answer")
        verbose_name_plural = _("Questions and answers")


class VideoPage(SitePage):
    """A film: our own file with subtitles, played here, or an address elsewhere; no frame of anybody else."""

    filmed_on = models.DateField(_("day"))
    file = models.ForeignKey(
        "websites.SiteDocument", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("film (MP4)")
    )
    subtitles = models.ForeignKey(
        "websites.SiteDocument",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("subtitles (VTT)"),
    )
    poster = models.ForeignKey(
        "websites.SiteImage",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture before it begins"),
    )
    address = models.URLField(_("or where it is to be seen"), blank=True)
    text = RichTextField(_("what is said, as a text"), features=FEATURES, blank=True)

    parent_page_types: ClassVar[list[str]] = ["websites.SectionPage"]
    subpage_types: ClassVar[list[str]] = []
    listed = Listing(
        "videos",
        _("films, the newest first"),
        _("There are no films yet."),
        order=("-filmed_on", "-pk"),
        place=("filmed_on",),
    )
    day = "filmed_on"
    facts = ("filmed_on", "file", "subtitles", "address", "text")
    schema = "VideoObject"
    content_panels: ClassVar[list[Any]] = [
        *SitePage.content_panels,
        *(FieldPanel(name) for name in ("filmed_on", "file", "subtitles", "poster", "address", "text")),
    ]

    class Meta:
        verbose_name = _("film")
        verbose_name_plural = _("Films")

    def clean(self) -> None:
        """Raise ValidationError for a film that is nowhere, has no subtitles, or for files of other kinds."""
        super().clean()
        faults = {}
        if self.file is None and not self.address:
            faults["file"] = _("Choose a film, or write the address where it is to be seen.")
        elif self.file is not None and ending_of(self.file.file.name) != "mp4":
            faults["file"] = _("Choose a film that ends in .mp4.")
        if self.file is not None and self.subtitles is None:
            faults["subtitles"] = _("Add subtitles, for those who cannot hear.")
        elif self.subtitles is not None and ending_of(self.subtitles.file.name) != "vtt":
            faults["subtitles"] = _("Choose subtitles that end in .vtt.")
        if faults:
            raise ValidationError(faults)


class ServicePage(SitePage):
    """The way to a service: for whom it is, what it takes, and where it is asked for."""

    address = models.URLField(_("where the service is asked for"))
    audience = models.CharField(_("for whom"), max_length=300, blank=True)
    term = models.CharField(_("how long it takes"), max_length=200, blank=True)
    fee = models.CharField(_("what it costs"), max_length=200, blank=True)
    papers = RichTextField(_("papers to send"), features=FEATURES, blank=True)
    result = models.CharField(_("what one receives"), max_length=300, blank=True)
    body = BlocksField(Content, verbose_name=_("content"), blank=True)

    parent_page_types: ClassVar[list[str]] = ["websites.SectionPage"]
    subpage_types: ClassVar[list[str]] = []
    listed = Listing("services", _("services in their order"), _("There are no services yet."))
    facts = ("address", "audience", "term", "fee", "papers", "result")
    schema = "GovernmentService"
    content_panels: ClassVar[list[Any]] = [
        *SitePage.content_panels,
        FieldPanel("address"),
        MultiFieldPanel([FieldPanel(name) for name in ("audience", "term", "fee", "result")], _("The service")),
        FieldPanel("papers"),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("Services")
