"""What takes place: an event with its beginning and end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from kopir.websites.blocks import BlocksField, Content
from kopir.websites.models.base import SitePage
from kopir.websites.models.kinds import Listing


class EventPage(SitePage):
    """A meeting, a hearing, a forum: when, where, by whom."""

    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.CharField(_("place"), max_length=300, blank=True)
    organizer = models.CharField(_("organizer"), max_length=200, blank=True)
    online_at = models.URLField(_("where to watch it online"), blank=True)
    body = BlocksField(Content, verbose_name=_("content"), blank=True)

    parent_page_types: ClassVar[list[str]] = ["websites.SectionPage"]
    subpage_types: ClassVar[list[str]] = []
    listed = Listing(
        "events",
        _("events, those to come first"),
        _("There are no events yet."),
        order=("starts_at", "pk"),
        place=("starts_at", "ends_at"),
        is_past_last=True,
    )
    ends = "ends_at"
    day = "starts_at"
    formats: ClassVar[Mapping[str, str]] = {"ics": "event.ics"}
    facts = ("starts_at", "ends_at", "place", "organizer", "online_at")
    schema = "Event"
    content_panels: ClassVar[list[Any]] = [
        *SitePage.content_panels,
        MultiFieldPanel([FieldPanel("starts_at"), FieldPanel("ends_at")], _("When")),
        MultiFieldPanel([FieldPanel(name) for name in ("place", "organizer", "online_at")], _("Where")),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("Events")

    def clean(self) -> None:
        """Raise ValidationError for an event that ends before it begins."""
        super().clean()
        if None not in (self.starts_at, self.ends_at) and self.ends_at < self.starts_at:
            raise ValidationError({"ends_at": _("The event ends before it begins. Correct one of the two.")})
