"""What a body does with time and money: its projects and its budget."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from kopir.websites.blocks import BlocksField, Content
from kopir.websites.budgets import Budget, BudgetError, as_records, check_names, check_sums, read_budget
from kopir.websites.models.base import SitePage
from kopir.websites.models.kinds import Listing


class ProjectState(models.TextChoices):
    """How far a project is."""

    PLANNED = "planned", pgettext_lazy("a project", "planned")
    RUNNING = "running", pgettext_lazy("a project", "under way")
    DONE = "done", pgettext_lazy("a project", "finished")
    STOPPED = "stopped", pgettext_lazy("a project", "stopped")


class ProjectPage(SitePage):
    """A project: what for, from when to when, for how much, with whom."""

    state = models.CharField(_("state"), max_length=10, choices=ProjectState.choices, default=ProjectState.PLANNED)
    begins_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    cost = models.DecimalField(_("cost"), max_digits=18, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("unit of the amounts"), max_length=60, blank=True)
    funds = models.CharField(_("who pays"), max_length=200, blank=True)
    manager = models.CharField(_("who answers for it"), max_length=200, blank=True)
    partners = models.CharField(_("partners"), max_length=300, blank=True)
    body = BlocksField(Content, verbose_name=_("content"), blank=True)

    parent_page_types: ClassVar[list[str]] = ["websites.SectionPage"]
    subpage_types: ClassVar[list[str]] = []
    listed = Listing(
        "projects",
        _("projects, the newest first"),
        _("There are no projects yet."),
        order=("-begins_on", "-pk"),
        place=("begins_on",),
    )
    day = "begins_on"
    facts = ("state", "begins_on", "ends_on", "cost", "currency", "funds", "manager", "partners")
    facets = ("state",)
    schema = "Project"
    content_panels: ClassVar[list[Any]] = [
        *SitePage.content_panels,
        MultiFieldPanel([FieldPanel(name) for name in ("state", "begins_on", "ends_on")], _("When")),
        MultiFieldPanel([FieldPanel(name) for name in ("cost", "currency", "funds")], _("For how much")),
        MultiFieldPanel([FieldPanel(name) for name in ("manager", "partners")], _("Who")),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("Projects")


class BudgetStage(models.TextChoices):
    """What a table of a budget says."""

    APPROVED = "approved", pgettext_lazy("a budget", "approved")
    REVISED = "revised", pgettext_lazy("a budget", "revised")
    EXECUTED = "executed", pgettext_lazy("a budget", "executed")


class BudgetPage(SitePage):
    """A budget of one year: rows whose sums have been checked, see `kopir.websites.budgets`."""

    year = models.PositiveSmallIntegerField(_("year"), validators=[MinValueValidator(1990), MaxValueValidator(2100)])
    stage = models.CharField(_("stage"), max_length=10, choices=BudgetStage.choices, default=BudgetStage.APPROVED)
    currency = models.CharField(_("unit of the amounts"), max_length=60)
    rows = models.TextField(
        _("rows"),
        help_text=_(
            "Copy it from a sheet. The first line names the columns: code, name, amounts. 1 is the sum of 1.1 and 1.2; "
            "a row without a code is the total. “;” divides cells."
        ),
    )
    body = BlocksField(Content, verbose_name=_("content"), blank=True)

    parent_page_types: ClassVar[list[str]] = ["websites.SectionPage"]
    subpage_types: ClassVar[list[str]] = []
    listed = Listing(
        "budget",
        _("budgets, the newest first"),
        _("There is no budget yet."),
        order=("-year", "path"),
        place=("year",),
    )
    formats: ClassVar[Mapping[str, str]] = {"csv": "budget.csv"}
    facts = ("year", "stage", "currency", "rows")
    schema = "Dataset"
    content_panels: ClassVar[list[Any]] = [
        *SitePage.content_panels,
        *(FieldPanel(name) for name in ("year", "stage", "currency", "rows", "body")),
    ]

    class Meta:
        verbose_name = _("budget table")
        verbose_name_plural = _("Budgets")

    def clean(self) -> None:
        """Raise ValidationError for rows that cannot be read, or that do not add up."""
        super().clean()
        if not self.rows:
            return
        try:
            check_names(budget := read_budget(self.rows))
            check_sums(budget)
        except BudgetError as error:
            raise ValidationError({"rows": str(error)}) from None

    @property
    def budget(self) -> Budget:
        """The rows as they are read; an empty budget where a draft has none yet that can be read."""
        try:
            return read_budget(self.rows)
        except BudgetError:
            return Budget((), ())

    def read_rows(self) -> list[dict[str, str]]:
        """The rows for programs."""
        return as_records(self.budget)
