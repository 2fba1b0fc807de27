"""What is to be done later and again and again: jobs with their attempts, and when each periodic job is due."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class JobState(models.TextChoices):
    """Where a job stands; `kopir.base.running` moves it."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    DEAD = "dead", _("given up")


class Job(models.Model):
    """One piece of work that was asked for. Each attempt is a task of `django_tasks_db`; the truth about it is here."""

    name = models.CharField(max_length=100)
    key = models.CharField(max_length=200, null=True)  # noqa: DJ001 - many jobs have none, and none equals no other
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["name", "key"], name="base_job_once_for_each_key")]
        indexes = [models.Index(fields=["state", "due_at"], name="base_job_by_state")]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"


class PeriodicRun(models.Model):
    """When a periodic job is due next, who holds it until when, and how it went last."""

    name = models.CharField(max_length=100, primary_key=True)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
