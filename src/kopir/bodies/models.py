"""Regions, bodies and the numbered versions of the calendar. Written by `actions` alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language

from kopir.base.texts import pick, validate_texts
from kopir.bodies.rules import ancestors_of
from kopir.pagecache.tagged import Facets, Tagged

PATH_LENGTH = 255
BRIEF = ("slug", "kind", "names", "short_names")
"""What lists and breadcrumbs show of a body: a facet, so that a new telephone number leaves them alone."""


class Worded(str):
    """A text picked for a reader, and the `language` that it is in, for the attribute `lang`."""

    __slots__ = ("language",)
    language: str

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> Worded:
        """The text for the reader of the active language."""
        text, language = pick(texts, get_language() or "en")
        worded = cls(text)
        worded.language = language
        return worded


class Region(Tagged):
    """A region, or a district with its region as parent. Comes from the country pack and is not edited."""

    code = models.CharField(max_length=40, unique=True)
    level = models.CharField(max_length=10, choices=[("region", "region"), ("district", "district")])
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="districts")
    iso_3166_2 = models.CharField(max_length=6, blank=True)
    names = models.JSONField(validators=[validate_texts])
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    order = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["order", "code"]
        indexes: ClassVar = [models.Index(fields=["level", "order"], name="bodies_region_by_level")]

    def __str__(self) -> str:
        """The name in the language of the reader."""
        return str(self.name)

    @property
    def name(self) -> Worded:
        """The name for the reader."""
        return Worded.of(self.names)


class BodyQuerySet(models.QuerySet["Body"]):
    """Narrows lists of bodies."""

    def active(self) -> BodyQuerySet:
        """Those that are not closed."""
        return self.filter(is_archived=False)

    def brief(self) -> BodyQuerySet:
        """With no more than `BRIEF` of each."""
        return self.only(*BRIEF)

    def below(self, body: Body) -> BodyQuerySet:
        """All under `body`, at every depth, without itself."""
        return self.filter(path__startswith=body.path).exclude(pk=body.pk)


class Body(Tagged):
    """A state body. `path` holds the ids from the root down to itself, "1/7/23/", so that ancestors cost no query."""

    slug = models.SlugField(max_length=100, unique=True)
    kind = models.CharField(max_length=40)
    code = models.CharField(max_length=40, blank=True)
    names = models.JSONField(validators=[validate_texts])
    short_names = models.JSONField(default=dict, blank=True)
    head = models.JSONField(default=dict, blank=True)
    duties = models.JSONField(default=dict, blank=True)
    postal_address = models.JSONField(default=dict, blank=True)
    hours = models.JSONField(default=list, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    site = models.URLField(max_length=200, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="bodies")
    path = models.CharField(max_length=PATH_LENGTH, db_index=True)
    order = models.PositiveIntegerField(default=0)
    colors = models.JSONField(default=dict, blank=True)
    crest = models.FileField(upload_to="crests/", max_length=200, blank=True)
    is_archived = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=1, validators=[MinValueValidator(1)])
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    tag_facets: ClassVar[Facets] = {"brief": frozenset(BRIEF)}
    objects: ClassVar[models.Manager[Body]] = BodyQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["order", "id"]
        indexes: ClassVar = [
            models.Index(fields=["kind", "order"], name="bodies_body_by_kind"),
            models.Index(fields=["region", "order"], name="bodies_body_by_region"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="bodies_body_one_code"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="bodies_body_not_own_parent"
            ),
        ]

    def __str__(self) -> str:
        """The name in the language of the reader."""
        return str(self.name)

    @property
    def name(self) -> Worded:
        """The full name for the reader."""
        return Worded.of(self.names)

    @property
    def short_name(self) -> Worded:
        """The name for lists: the short one where there is one in the reader's language, else the full one."""
        is_short = self.short_names.get(get_language() or "en", "")
        return Worded.of(self.short_names if is_short else self.names)

    @property
    def ancestor_ids(self) -> list[int]:
        """The ids above, from the root down."""
        return ancestors_of(self.path)


class CalendarVersion(models.Model):
    """One state of the calendar: its number is its id, its days are those that began before and have not ended."""

    number = models.PositiveIntegerField(primary_key=True)
    years = models.JSONField()
    reference = models.CharField(max_length=300)
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-number"]

    def __str__(self) -> str:
        """Number and decree."""
        return f"{self.number}: {self.reference}"


class CalendarDay(models.Model):
    """A day off, or a day of a weekend that is worked, from version `since` on and before version `until`."""

    on = models.DateField()
    kind = models.CharField(max_length=12, choices=[("holiday", "holiday"), ("working_day", "working_day")])
    names = models.JSONField(validators=[validate_texts])
    is_moved = models.BooleanField(default=False)
    moved_from = models.DateField(null=True, blank=True)
    is_estimated = models.BooleanField(default=False)
    reference = models.CharField(max_length=300, blank=True)
    since = models.ForeignKey(CalendarVersion, models.PROTECT, related_name="begun")
    until = models.ForeignKey(CalendarVersion, models.PROTECT, null=True, blank=True, related_name="ended")

    class Meta:
        ordering: ClassVar = ["on"]
        constraints: ClassVar = [
            # One line for a day at a time: it cannot be both a day off and a working day.
            models.UniqueConstraint(fields=["on"], condition=Q(until__isnull=True), name="bodies_calendar_one_day"),
        ]

    def __str__(self) -> str:
        """Day and name."""
        return f"{self.on}: {self.name}"

    @property
    def name(self) -> Worded:
        """The name for the reader."""
        return Worded.of(self.names)


class Portal(models.Model):
    """What an operator sets for the whole portal: one row, whose lock also orders changes of the tree and calendar."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    names = models.JSONField(default=dict, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    colors = models.JSONField(default=dict, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="bodies_portal_one_row")]

    def __str__(self) -> str:
        """The name in the language of the reader."""
        return str(Worded.of(self.names))
