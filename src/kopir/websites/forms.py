"""What editors fill in: the website for which they work, and the form behind every page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm

from kopir.accounts.models import RoleGrant, User
from kopir.pagecache.actions import spare
from kopir.websites.dictionary import list_languages
from kopir.websites.linking import check_references, list_references
from kopir.websites.models import Bundle, SitePage, Website
from kopir.websites.queries import list_drafts, list_sources
from kopir.websites.rights import find_rights
from kopir.websites.rules import EDITING, up_to
from kopir.websites.tags import PAGE


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


class WordForm(forms.Form):
    """A word whose other script is to be fixed; who operates the platform may fix it for all websites."""

    language = forms.ChoiceField(label=_("Language"))
    word = forms.CharField(label=_("Word as it is written"), max_length=60)
    form = forms.CharField(label=_("How the other script writes it"), max_length=60)
    is_for_all = forms.BooleanField(label=_("On all websites"), required=False)

    def __init__(self, *args: Any, is_operator: bool, **options: Any) -> None:  # noqa: ANN401 - a form's
        super().__init__(*args, **options)
        names = dict(settings.LANGUAGES)
        choices = [(code, names[code]) for code in list_languages()]
        self.fields["language"].choices = choices  # type: ignore[attr-defined]
        if not is_operator:
            del self.fields["is_for_all"]


class SitePageForm(WagtailAdminPageForm):
    """The form of a page: who looks after it is a colleague, and what it refers to belongs to its website.

    Who saves a translation says whether it is up to its source; unless they say no, it is.
    """

    is_up_to_date = forms.BooleanField(
        label=_("this translation says what its original says now"), required=False, initial=True
    )

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Wagtail's form
        super().__init__(*args, **options)
        self._before = list_references(self.instance)
        rights = find_rights(self.for_user) if self.for_user else None
        if not self.instance.is_translation:
            self.fields.pop("is_up_to_date", None)
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

    def save(self, commit: bool = True) -> SitePage:  # noqa: FBT001, FBT002 - Wagtail's signature
        """Who looks after a page and until when is no part of its versions: it holds as soon as it is saved."""
        page: SitePage = super().save(commit=commit)
        kept = {name: getattr(page, name) for name in ("owner", "review_on") if name in self.changed_data}
        if page.pk and kept:
            spare(PAGE)  # readers see neither
            SitePage.objects.filter(pk=page.pk).update(**kept)
        return page

    def _post_clean(self) -> None:
        """Look at what the page would hold, wherever in it: fields, blocks, links in texts."""
        super()._post_clean()
        if not self.instance.is_translation:
            self.instance.follows_at = None
        elif self.cleaned_data.get("is_up_to_date", True) and self.instance.pk:
            source = list_sources(self.instance).first()
            published_at = source.last_published_at if source else None
            self.instance.follows_at = up_to(published_at) if published_at else None
        elif self.instance.follows_at is None:  # what it followed was never noted: not this publication, the last one
            self.instance.follows_at = self.instance.last_published_at
        rights = find_rights(self.for_user) if self.for_user else None
        if rights is not None:
            check_references(self.instance, self._before, rights)


class DraftChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # at run time it is no generic
    """Pages with something to publish, by the title that they will have."""

    def label_from_instance(self, obj: SitePage) -> str:
        """Its title and its language."""
        return f"{obj.draft_title} ({obj.url_path.split('/', 2)[1]})"


class BundleForm(forms.Form):
    """What goes out together, and when."""

    title = forms.CharField(
        label=_("Name of the bundle"), max_length=200, help_text=_("For colleagues: readers never see it.")
    )
    go_out_at = forms.DateTimeField(
        label=_("Goes out at"),
        required=False,
        help_text=_("Leave it empty to show the pages as soon as another person has approved them."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    pages = DraftChoice(
        label=_("Pages"), queryset=SitePage.objects.none(), widget=forms.CheckboxSelectMultiple, to_field_name="pk"
    )

    def __init__(self, *args: Any, website: Website, bundle: Bundle | None, now: datetime, **options: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **options)
        self._now = now
        held = bundle.entries.exclude(page=None).values("page") if bundle else []
        drafts = list_drafts(website)
        choices = drafts | SitePage.objects.of(website).filter(pk__in=held) if bundle else drafts
        self.fields["pages"].queryset = choices  # type: ignore[attr-defined]
        if bundle is not None:
            pages = list(bundle.entries.values_list("page", flat=True))
            self.initial = {"title": bundle.title, "go_out_at": bundle.go_out_at, "pages": pages}

    def clean_go_out_at(self) -> datetime | None:
        """Not in the past."""
        instant: datetime | None = self.cleaned_data["go_out_at"]
        if instant is not None and instant <= self._now:
            raise ValidationError(_("This time has passed. Choose a later one, or leave it empty."))
        return instant
