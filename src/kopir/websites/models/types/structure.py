"""How a body is built: its divisions as a tree, each with what it does."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField

from kopir.websites.blocks.text import FEATURES
from kopir.websites.models.base import SitePage
from kopir.websites.models.kinds import Listing


class DivisionPage(SitePage):
    """A division: its tasks, its functions, who leads it. Divisions of it are pages below it."""

    head = models.CharField(_("who leads it"), max_length=200, blank=True)
    tasks = RichTextField(_("tasks"), features=FEATURES, blank=True)
    functions = RichTextField(_("functions"), features=FEATURES, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)

    parent_page_types: ClassVar[list[str]] = ["websites.SectionPage", "websites.DivisionPage"]
    subpage_types: ClassVar[list[str]] = ["websites.DivisionPage"]
    listed = Listing(
        "structure", _("divisions, as a tree"), _("There are no divisions here yet."), order=("path",), is_deep=True
    )
    facts = ("head", "tasks", "functions", "phone", "email")
    schema = "GovernmentOrganization"
    content_panels: ClassVar[list[Any]] = [
        *SitePage.content_panels,
        *(FieldPanel(name) for name in ("head", "tasks", "functions")),
        MultiFieldPanel([FieldPanel("phone"), FieldPanel("email")], _("How to reach them")),
    ]

    class Meta:
        verbose_name = _("division")
        verbose_name_plural = _("Divisions")
