"""The form that says where an address without a page leads to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kopir.visits.models import LONGEST_PATH
from kopir.visits.placing import find_page
from kopir.websites.models import SitePage, Website


class LeadForm(forms.Form):
    """A page, by its address."""

    template_name = "design/forms/form.html"
    page = forms.CharField(
        label=_("Address of the page"),
        help_text=_("Copy it from your browser."),
        max_length=LONGEST_PATH,
        error_messages={"required": _("Fill this in.")},
    )

    def __init__(self, *args: Any, website: Website, **options: Any) -> None:  # noqa: ANN401 - as Django's own
        super().__init__(*args, **options)
        self._website = website

    def clean_page(self) -> SitePage:
        """The page itself."""
        try:
            page = find_page(self._website, self.cleaned_data["page"])
        except ValueError:  # no address at all: "//[x/"
            page = None
        if page is None:
            raise ValidationError(_("Readers find no page of this website there."))
        return page
