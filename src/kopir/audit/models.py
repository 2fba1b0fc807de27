"""The tables of the record. Rows and links can only be added: triggers of the database refuse all else."""

from __future__ import annotations

from django.db import models

from .rules import Facts


class Row(models.Model):
    """One action. Ids follow the order of the insertions, places in the chain that of the links."""

    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=64, blank=True)
    origin = models.TextField(null=True)  # noqa: DJ001 - null and "" are different bytes of the row
    origin_sealed = models.BinaryField(null=True)
    action = models.CharField(max_length=100)
    subject = models.CharField(max_length=200)
    body_id = models.BigIntegerField(null=True)
    before = models.TextField(null=True)  # noqa: DJ001
    after = models.TextField(null=True)  # noqa: DJ001
    person = models.CharField(max_length=64, blank=True)
    personal_sealed = models.BinaryField(null=True)

    class Meta:
        """What the auditor filters by, the newest first."""

        indexes = [
            models.Index(fields=["body_id", "-id"], name="audit_row_body"),
            models.Index(fields=["person", "-id"], name="audit_row_person"),
            models.Index(fields=["actor_id", "-id"], name="audit_row_actor"),
            models.Index(fields=["action", "-id"], name="audit_row_action"),
            models.Index(fields=["subject", "-id"], name="audit_row_subject"),
            models.Index(fields=["at"], name="audit_row_at"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.action} {self.subject}"

    def facts(self) -> Facts:
        """What its bytes are made of."""
        return Facts(
            id=self.pk,
            at=self.at,
            actor_kind=self.actor_kind,
            actor_id=self.actor_id,
            origin=self.origin,
            origin_sealed=_bytes(self.origin_sealed),
            action=self.action,
            subject=self.subject,
            body_id=self.body_id,
            before=self.before,
            after=self.after,
            person=self.person,
            personal_sealed=_bytes(self.personal_sealed),
        )


class Link(models.Model):
    """The place of a row in the chain. Positions run from 1 without gaps; `head` is the chain's after this link."""

    position = models.BigIntegerField(primary_key=True)
    row_id = models.BigIntegerField(unique=True)
    row_hash = models.BinaryField()
    head = models.BinaryField()
    sealed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.position}: row {self.row_id}"


class Waiting(models.Model):
    """A row that was recorded and is in no link yet: written with the row, so seen exactly when its commit is.

    Ids of rows have gaps and commit out of order; a sealer that went by them would miss a row committed late.
    """

    row_id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"row {self.row_id}"


class PersonKey(models.Model):
    """The key of a person, wrapped by the node's master key; without `wrapped` it is destroyed for good."""

    person = models.CharField(max_length=64, primary_key=True)
    wrapped = models.BinaryField(null=True)
    created_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.person}{' (destroyed)' if self.wrapped is None else ''}"


class Handover(models.Model):
    """How the bridge stands with our heads: one line, id 1. `entry` is the place of the last head in its journal."""

    size = models.BigIntegerField(default=0)
    entry = models.BigIntegerField(null=True)
    at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.size} rows at {self.at}"


def _bytes(value: object) -> bytes | None:
    """Binary values as SQLite and PostgreSQL give them: bytes, or a view of them."""
    return None if value is None else bytes(value)  # type: ignore[call-overload]
