"""The types of pages: home, section, news, person, document, contacts."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField

from kopir.websites.blocks import BlocksField, Content, Front
from kopir.websites.blocks.text import FEATURES
from kopir.websites.models.base import SitePage
from kopir.websites.models.kinds import PAGES, Listing, list_choices

BELOW_ANY = ["websites.HomePage", "websites.SectionPage"]


class HomePage(SitePage):
    """The first page of a website in one language. Its title is the name of the body there."""

    body = BlocksField(Front, verbose_name=_("content"), blank=True)

    parent_page_types: ClassVar[list[str]] = ["websites.LanguageRoot"]
    subpage_types: ClassVar[list[str]] = [
        "websites.SectionPage",
        "websites.ContactsPage",
        "websites.PersonPage",
    ]
    is_creatable = False
    content_panels: ClassVar[list[Any]] = [*SitePage.content_panels, FieldPanel("body")]

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("Websites")


class SectionPage(SitePage):
    """A section: a text, and a list of what is below it."""

    body = BlocksField(Content, verbose_name=_("content"), blank=True)
    listing = models.CharField(_("lists"), max_length=12, choices=list_choices, default=PAGES)

    parent_page_types: ClassVar[list[str]] = BELOW_ANY
    content_panels: ClassVar[list[Any]] = [*SitePage.content_panels, FieldPanel("body"), FieldPanel("listing")]

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("Sections")


class NewsPage(SitePage):
    """A piece of news: what happened, on which day."""

    happened_on = models.DateField(_("day"))
    image = models.ForeignKey(
        "websites.SiteImage", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("picture")
    )
    body = BlocksField(Content, verbose_name=_("content"))

    parent_page_types: ClassVar[list[str]] = ["websites.SectionPage"]
    subpage_types: ClassVar[list[str]] = []
    listed = Listing(
        "news",
        _("news, the newest first"),
        _("There is no news yet."),
        order=("-happened_on", "-pk"),
        place=("happened_on",),
    )
    facts: ClassVar[tuple[str, ...]] = ("happened_on",)
    day = "happened_on"
    schema = "NewsArticle"
    content_panels: ClassVar[list[Any]] = [
        *SitePage.content_panels,
        FieldPanel("happened_on"),
        FieldPanel("image"),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("news item")
        verbose_name_plural = _("News")


class PersonPage(SitePage):
    """A head, a deputy, an official: the post is the title, the person's name may be left out."""

    name = models.CharField(_("name"), max_length=200, blank=True)
    photo = models.ForeignKey(
        "websites.SiteImage", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("photo")
    )
    duties = RichTextField(_("duties"), features=FEATURES, blank=True)
    biography = RichTextField(_("biography"), features=FEATURES, blank=True)
    reception = models.CharField(_("hours of reception"), max_length=300, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)

    parent_page_types: ClassVar[list[str]] = BELOW_ANY
    subpage_types: ClassVar[list[str]] = []
    listed = Listing("people", _("people in their order"), _("Nobody is listed yet."))
    facts = ("name", "duties", "biography", "reception", "phone", "email")
    schema = "Person"
    content_panels: ClassVar[list[Any]] = [
        *SitePage.content_panels,
        FieldPanel("name"),
        FieldPanel("photo"),
        FieldPanel("duties"),
        FieldPanel("biography"),
        MultiFieldPanel([FieldPanel("reception"), FieldPanel("phone"), FieldPanel("email")], _("How to reach them")),
    ]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("People")


class DocumentState(models.TextChoices):
    """Where an act stands in its life."""

    DRAFT = "draft", _("draft for discussion")
    ADOPTED = "adopted", _("adopted")
    REPEALED = "repealed", _("repealed")


class DocumentPage(SitePage):
    """An act with its requisites, as hypertext and as a file (KZ: order 124-НҚ of 2025 asks for both)."""

    kind = models.CharField(_("kind"), max_length=120, blank=True)
    number = models.CharField(_("number"), max_length=60, blank=True)
    dated_on = models.DateField(_("date"), null=True, blank=True)
    signatory = models.CharField(_("signed by"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=DocumentState.choices, default=DocumentState.ADOPTED)
    discussed_until = models.DateTimeField(_("discussed until"), null=True, blank=True)
    body = BlocksField(Content, verbose_name=_("text"), blank=True)
    file = models.ForeignKey(
        "websites.SiteDocument", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )

    parent_page_types: ClassVar[list[str]] = ["websites.SectionPage"]
    subpage_types: ClassVar[list[str]] = []
    listed = Listing(
        "documents",
        _("documents by date"),
        _("There are no documents yet."),
        order=("-dated_on", "-pk"),
        place=("dated_on",),
    )
    facts = ("kind", "number", "dated_on", "signatory", "state", "discussed_until", "file")
    facets = ("state",)
    day = "dated_on"
    ends = "discussed_until"
    schema = "Legislation"
    content_panels: ClassVar[list[Any]] = [
        *SitePage.content_panels,
        MultiFieldPanel(
            [FieldPanel(name) for name in ("kind", "number", "dated_on", "signatory", "state", "discussed_until")],
            _("Requisites"),
        ),
        FieldPanel("body"),
        FieldPanel("file"),
    ]

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("Documents")


class ContactsPage(SitePage):
    """Where and how the body is reached. What is left empty here is shown as the register of bodies has it."""

    address = models.CharField(_("address"), max_length=300, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    hours = models.CharField(_("working hours"), max_length=300, blank=True)
    body = BlocksField(Content, verbose_name=_("content"), blank=True)

    parent_page_types: ClassVar[list[str]] = BELOW_ANY
    subpage_types: ClassVar[list[str]] = []
    facts = ("address", "phone", "email", "hours")
    schema = "ContactPage"
    content_panels: ClassVar[list[Any]] = [
        *SitePage.content_panels,
        *(FieldPanel(name) for name in ("address", "phone", "email", "hours")),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("contacts")
        verbose_name_plural = _("Contacts")
