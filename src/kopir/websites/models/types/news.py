"""What the body tells the press: in one family with news, so that one list, one feed and one block show both."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from kopir.websites.models.pages import NewsPage


class PressReleasePage(NewsPage):
    """A piece of news for the press: with whom it asks further, and the text as a file."""

    contact = models.CharField(_("whom the press asks"), max_length=200, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    file = models.ForeignKey(
        "websites.SiteDocument", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )

    facts: ClassVar[tuple[str, ...]] = ("happened_on", "contact", "phone", "email", "file")
    content_panels: ClassVar[list[Any]] = [
        *NewsPage.content_panels,
        MultiFieldPanel([FieldPanel("contact"), FieldPanel("phone"), FieldPanel("email")], _("For the press")),
        FieldPanel("file"),
    ]

    class Meta:
        verbose_name = _("press release")
        verbose_name_plural = _("Press releases")
