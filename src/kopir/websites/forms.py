"""What editors fill in: the website for which they work, and the form behind every page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm

from kopir.accounts.models import RoleGrant, User
from kopir.websites.linking import check_references, list_references
from kopir.websites.models import Website
from kopir.websites.rights import find_rights
from kopir.websites.rules import EDITING


class WebsiteChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # at run time it is no generic
    """One website, by the name of its body."""

    def label_from_instance(self, obj: Website) -> str:
        """The name in the language of the page, with the address that is the same in all."""
        return f"{obj.body} ({obj.slug})"


class ChooseSiteForm(forms.Form):
    """For which website to work."""

    website = WebsiteChoice(label=_("Website"), queryset=Website.objects.none(), empty_label=None)

    def __init__(self, *args: Any, choices: QuerySet[Website], now_at: Website | None, **options: Any) -> None:  # noqa: ANN401 - a form's
        super().__init__(*args, **options)
        self.fields["website"].queryset = choices  # type: ignore[attr-defined]
        self.fields["website"].initial = now_at


class SitePageForm(WagtailAdminPageForm):
    """The form of a page: who looks after it is a colleague, and what it refers to belongs to its website."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Wagtail's form
        super().__init__(*args, **options)
        self._before = list_references(self.instance)
        rights = find_rights(self.for_user) if self.for_user else None
        if "owner" in self.fields:
            held = RoleGrant.objects.filter(ended_at=None, role__in=[role.value for role in EDITING])
            colleagues = held.filter(body=rights.website.body_id if rights else None)
            self.fields["owner"].queryset = User.objects.filter(pk__in=colleagues.values("user"))

    def clean(self) -> dict[str, Any]:
        """Refuse to publish in one step what is written in the same."""
        cleaned: dict[str, Any] = super().clean()
        if self.data.get("workflow-action-name") == "approve" and self.has_changed():
            raise ValidationError(
                _("Save your changes first. Then another person has to publish the page, for you have written in it.")
            )
        return cleaned

    def _post_clean(self) -> None:
        """Look at what the page would hold, wherever in it: fields, blocks, links in texts."""
        super()._post_clean()
        rights = find_rights(self.for_user) if self.for_user else None
        if rights is not None:
            check_references(self.instance, self._before, rights)
