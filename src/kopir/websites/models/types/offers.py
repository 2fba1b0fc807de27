"""What people and firms may apply for until a day: work at the body, and what it buys."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField

from kopir.websites.blocks import BlocksField, Content
from kopir.websites.blocks.text import FEATURES
from kopir.websites.models.base import SitePage
from kopir.websites.models.kinds import Listing


class VacancyPage(SitePage):
    """A post that is free: what is asked for, and until when one applies. The title is the post."""

    closes_at = models.DateTimeField(_("applications are taken until"))
    division = models.CharField(_("division"), max_length=200, blank=True)
    place = models.CharField(_("place of work"), max_length=200, blank=True)
    salary = models.CharField(_("salary"), max_length=200, blank=True)
    duties = RichTextField(_("duties"), features=FEATURES, blank=True)
    demands = RichTextField(_("requirements"), features=FEATURES, blank=True)
    papers = RichTextField(_("papers to send"), features=FEATURES, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    body = BlocksField(Content, verbose_name=_("content"), blank=True)

    parent_page_types: ClassVar[list[str]] = ["websites.SectionPage"]
    subpage_types: ClassVar[list[str]] = []
    listed = Listing(
        "vacancies",
        _("vacancies, the open ones first"),
        _("There are no vacancies now."),
        order=("closes_at", "pk"),
        place=("closes_at",),
        is_past_last=True,
    )
    ends = "closes_at"
    day = "closes_at"
    facts = ("closes_at", "division", "place", "salary", "duties", "demands", "papers", "phone", "email")
    schema = "JobPosting"
    content_panels: ClassVar[list[Any]] = [
        *SitePage.content_panels,
        MultiFieldPanel([FieldPanel(name) for name in ("closes_at", "division", "place", "salary")], _("The post")),
        *(FieldPanel(name) for name in ("duties", "demands", "papers")),
        MultiFieldPanel([FieldPanel("phone"), FieldPanel("email")], _("How to apply")),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("vacancy")
        verbose_name_plural = _("Vacancies")


class TenderState(models.TextChoices):
    """How a tender stands."""

    ANNOUNCED = "announced", pgettext_lazy("a tender", "announced")
    AWARDED = "awarded", pgettext_lazy("a tender", "awarded")
    FAILED = "failed", pgettext_lazy("a tender", "without a winner")
    CANCELED = "canceled", pgettext_lazy("a tender", "canceled")


class TenderPage(SitePage):
    """Something that the body buys: what, for how much, until when offers are taken, and who won."""

    number = models.CharField(_("number"), max_length=60, blank=True)
    method = models.CharField(_("method"), max_length=120, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("unit of the amounts"), max_length=60, blank=True)
    closes_at = models.DateTimeField(_("offers are taken until"))
    state = models.CharField(_("state"), max_length=10, choices=TenderState.choices, default=TenderState.ANNOUNCED)
    winner = models.CharField(_("who won"), max_length=300, blank=True)
    address = models.URLField(_("where offers are sent"), blank=True)
    file = models.ForeignKey(
        "websites.SiteDocument", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )
    body = BlocksField(Content, verbose_name=_("content"), blank=True)

    parent_page_types: ClassVar[list[str]] = ["websites.SectionPage"]
    subpage_types: ClassVar[list[str]] = []
    listed = Listing(
        "tenders",
        _("tenders, the open ones first"),
        _("There are no tenders now."),
        order=("closes_at", "pk"),
        place=("closes_at",),
        is_past_last=True,
    )
    ends = "closes_at"
    day = "closes_at"
    facts = ("number", "method", "amount", "currency", "closes_at", "state", "winner", "address", "file")
    facets = ("state",)
    schema = "Demand"
    content_panels: ClassVar[list[Any]] = [
        *SitePage.content_panels,
        MultiFieldPanel([FieldPanel(name) for name in ("number", "method", "amount", "currency")], _("The tender")),
        MultiFieldPanel([FieldPanel(name) for name in ("closes_at", "address", "file")], _("How to apply")),
        MultiFieldPanel([FieldPanel(name) for name in ("state", "winner")], _("Outcome")),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("tender")
        verbose_name_plural = _("Tenders")
