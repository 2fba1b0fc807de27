"""What all pages of websites share, and the roots of the languages."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextvars import Context
from datetime import datetime
from typing import Any, ClassVar, Final, Self

from django.db import models, transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet

from kopir.base import clock
from kopir.pagecache.actions import spare
from kopir.pagecache.recorder import note_until
from kopir.websites import addresses
from kopir.websites.models.kinds import Listing
from kopir.websites.models.website import Website
from kopir.websites.tags import PAGE

UNSEEN: Final = frozenset(
    {
        "draft_title",
        "expired",
        "go_live_at",
        "has_unpublished_changes",
        "latest_revision",
        "latest_revision_created_at",
        "locked",
        "locked_at",
        "locked_by",
        "wagtail_admin_comments",
    }
)
"""What changes of a page's row while somebody works on a draft: nothing that the public sees."""


class LanguageRoot(Page):
    """The page above all home pages of one language; it has no address of its own, and editors never see it."""

    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = ["websites.HomePage"]
    is_creatable = False

    class Meta:
        verbose_name = _("language")

    def get_url_parts(self, request: HttpRequest | None = None) -> None:
        return None


class SitePageQuerySet(PageQuerySet):
    """Pages of websites, narrowed in the database."""

    def shown(self) -> SitePageQuerySet:
        """What the public may see now: what has expired is hidden before the job has taken it down."""
        return self.filter(Q(expire_at=None) | Q(expire_at__gt=clock.now()), live=True, website__state="open")

    def expired(self, now: datetime) -> SitePageQuerySet:
        """What was shown and has to be taken down."""
        return self.filter(live=True, expire_at__lte=now)

    def of(self, website: Website) -> SitePageQuerySet:
        """The pages of one website."""
        return self.filter(website=website)


class SitePage(Page):
    """A page of a website. `summary` stands in lists, search and previews of links.

    `review_on` is the day by which its owner (`Page.owner`) looks at it again. `follows_at`: the instant at which the
    source of this translation was published last when the translation was last brought up to it; None for a source.
    """

    website = models.ForeignKey(Website, models.PROTECT, related_name="pages", editable=False)
    website.wagtail_reference_index_ignore = True  # type: ignore[attr-defined]  # belonging is no use
    summary = models.TextField(_("summary"), max_length=400, blank=True)
    review_on = models.DateField(_("look at it again by"), null=True, blank=True)
    is_translation = models.BooleanField(_("translated from another language"), default=False)
    follows_at = models.DateTimeField(null=True, blank=True, editable=False)
    changed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = PageManager.from_queryset(SitePageQuerySet)()

    is_creatable = False
    parent_page_types: ClassVar[list[str]] = []
    listed: ClassVar[Listing | None] = None
    """The listing of a section in which pages of this type stand; None for those that are listed as subpages."""
    ends: ClassVar[str] = ""
    """The field with the instant after which the page says that it is over: an event has ended, a term has run out."""
    facts: ClassVar[tuple[str, ...]] = ()
    """The fields that programs and search are told of, beside title, summary and body."""
    facets: ClassVar[tuple[str, ...]] = ()
    """Those of them by which what search has found can be narrowed."""
    formats: ClassVar[Mapping[str, str]] = {}
    """In which other formats it is read, and what stands behind its address there: "ics" by "event.ics"."""
    day: ClassVar[str] = ""
    """The field with the day of the thing itself; "" for the day on which the page was published."""
    schema: ClassVar[str] = "WebPage"
    """What it is in the words of schema.org."""

    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("summary")]
    promote_panels: ClassVar[list[Any]] = [
        MultiFieldPanel([FieldPanel("slug"), FieldPanel("show_in_menus")], _("Address and menu")),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("owner", "review_on", "is_translation", "is_up_to_date")],
            _("Who looks after it"),
        ),
    ]

    class Meta:
        verbose_name = _("page")

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **options: Any) -> Self:  # noqa: ANN401
        """Make the object; what shows a page that expires changes by itself at that instant."""
        made: Self = super().from_db(db, field_names, values, **options)
        ends = made.__dict__.get("expire_at")
        if ends is not None and made.__dict__.get("live") and ends > clock.now():
            note_until(ends)
        return made

    @classmethod
    def from_serializable_data(cls, data: Mapping[str, Any], *rest: bool, **options: bool) -> Self | None:
        """Make the page of a revision; what it named and was deleted since is left out, where a page may lack it."""
        kept = dict(data)
        for field in cls._meta.concrete_fields:
            target = field.remote_field if field.null and kept.get(field.name) is not None else None
            if target is None or target.on_delete is not models.PROTECT:
                continue
            named = {target.field_name: kept[field.name]}
            if not target.model._default_manager.filter(**named).exists():  # noqa: SLF001 - Django's own
                kept[field.name] = None
        made: Self | None = super().from_serializable_data(kept, *rest, **options)
        return made

    @property
    def is_shown(self) -> bool:
        """Whether the public may see it now, as far as the page itself says; its website may be closed."""
        return bool(self.live) and (self.expire_at is None or self.expire_at > clock.now())

    def get_url_parts(self, request: HttpRequest | None = None) -> tuple[int, str, str]:
        """As Wagtail wants it: a number, the host's part, the path. Nothing here asks Wagtail's `Site`."""
        host = addresses.host_of(self.website)
        return (1, host, addresses.path_of(self.url_path, self.website))

    @property
    def over_at(self) -> datetime | None:
        """The instant after which it is over; None for what never is."""
        instant: datetime | None = getattr(self, self.ends) if self.ends else None
        return instant

    def permissions_for_user(self, user: Any) -> Any:  # noqa: ANN401 - Wagtail's
        """What the person may do with this page in the administration."""
        from kopir.websites.rights import SitePermissions

        return SitePermissions(user, self)

    def get_admin_display_title(self) -> str:
        """The title as it is written now; whoever works for another website reads the one that is published."""
        from kopir.websites.acting import find_current

        rights = find_current()
        if rights is not None and rights.website.pk != self.website_id:
            return str(self.title)
        return str(super().get_admin_display_title())

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Wagtail's door: the page as the public would see it."""
        from kopir.websites.showing import render_page

        return render_page(request, self)

    def make_preview_request(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - Wagtail's
        """A request within a request: it has a context of its own, for what watches the outer one watches it anew."""
        return Context().run(super().make_preview_request, *args, **options)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> Any:  # noqa: ANN401 - Wagtail's
        """The same of what is not saved or not published yet; `mode_name` is "" or the code of the other script."""
        answer = self.serve(request)
        if mode_name and mode_name in dict(self.preview_modes):
            from kopir.websites.dictionary import get_converter

            converter = get_converter(self.locale.language_code, mode_name, self.website.slug)
            answer.content = converter.convert_html(answer.content.decode()).encode()
        return answer

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        """As it is written, and in the other script of its language where there is one."""
        from kopir.websites.dictionary import find_other_script

        other = find_other_script(self.locale.language_code) if self.locale_id else ""
        return [("", _("As it is written")), *([(other, _("In the other script"))] if other else [])]

    def _update_descendant_url_paths(self, old_url_path: str, new_url_path: str) -> None:
        """Wagtail's step after a slug has changed: the old addresses lead on, in the same transaction."""
        from kopir.websites.moves import note_move
        from kopir.websites.staleness import note_change, read_rows

        before = read_rows(url_path__startswith=old_url_path)
        super()._update_descendant_url_paths(old_url_path, new_url_path)
        note_change(before, read_rows(pk__in=list(before)))
        note_move(old_url_path, new_url_path, clock.now())

    def save(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Belong to the website of the page above, whoever made this one, and say what is stale then."""
        from kopir.websites.staleness import note_change, read_rows

        if not hasattr(self, "website") and self.path:
            self.website = self.get_parent().specific_deferred.website
        fields = kwargs.get("update_fields")
        with transaction.atomic():
            if fields is not None and UNSEEN.issuperset(fields):
                spare(PAGE)
                return super().save(*args, **kwargs)
            before = read_rows(pk=self.pk) if self.pk else {}
            made = super().save(*args, **kwargs)
            note_change(before, read_rows(pk=self.pk))
        return made
