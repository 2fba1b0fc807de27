"""People, what is known of them, what they may be, and their open sessions. Data and constraints only."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from kopir.base import clock
from kopir.base.actors import Role

LIMIT_NAME = 200
ROLE_NAMES = {
    Role.EDITOR: _("Editor"),
    Role.PUBLISHER: _("Publisher"),
    Role.SITE_ADMINISTRATOR: _("Site administrator"),
    Role.OFFICER: _("Officer"),
    Role.HEAD: _("Head"),
    Role.PLATFORM_OPERATOR: _("Platform operator"),
    Role.AUDITOR: _("Auditor"),
}
ROLE_CHOICES = [(role.value, name) for role, name in ROLE_NAMES.items()]
PLATFORM_ONLY = (Role.PLATFORM_OPERATOR.value,)
EITHER = (Role.AUDITOR.value,)
BODY_ONLY = tuple(role.value for role in Role if role.value not in PLATFORM_ONLY + EITHER)


class Level(models.IntegerChoices):
    """Level of assurance: how sure it is that an identifier belongs to the person (EU 2015/1502 has the last three)."""

    CLAIMED = 0, _("Stated by the person")
    LOW = 1, _("Low")
    SUBSTANTIAL = 2, _("Substantial")
    HIGH = 3, _("High")


class UserManager(BaseUserManager["User"]):
    """Users by their e-mail address, which is kept in lower case."""

    def create_user(self, email: str | None, password: str | None = None, **fields: Any) -> User:  # noqa: ANN401 - the fields of the model
        """Make a person; without a password nobody can sign in with one."""
        user = self.model(email=email.lower() if email else None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Nothing here says what the person may do: only the grants do, and nobody is a superuser.

    Who comes from another node or a national provider of identity may have no e-mail address and no password.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True, null=True, blank=True)
    name = models.CharField(_("name"), max_length=LIMIT_NAME, blank=True)
    language = models.CharField(_("language"), max_length=12, blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    joined_at = models.DateTimeField(default=clock.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(
                name="accounts_email_lower", condition=models.Q(email__isnull=True) | models.Q(email=Lower("email"))
            ),
            models.CheckConstraint(name="accounts_no_superuser", condition=models.Q(is_superuser=False)),
        ]

    def __str__(self) -> str:
        return self.name or self.email or str(self.pk)

    def get_full_name(self) -> str:
        return self.name

    @property
    def is_staff(self) -> bool:
        """Whether the person holds any grant now; asked by libraries, costs a query."""
        return self.grants.filter(ended_at=None).exists()


class NationalId(models.Model):
    """An identifier that a state gave to a person, with how sure that is. Its digits are a name, never a birth date."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="national_ids")
    country = models.CharField(_("country"), max_length=2)
    scheme = models.CharField(_("kind"), max_length=20)
    value = models.CharField(_("number"), max_length=40)
    level = models.PositiveSmallIntegerField(_("level of assurance"), choices=Level.choices, default=Level.CLAIMED)
    confirmed_by = models.CharField(max_length=255, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("national identifier")
        verbose_name_plural = _("national identifiers")
        constraints = [
            models.UniqueConstraint(name="accounts_one_id_of_a_kind", fields=["user", "country", "scheme"]),
            # A claim blocks nobody: only what was confirmed belongs to one person.
            models.UniqueConstraint(
                name="accounts_confirmed_id_once",
                fields=["country", "scheme", "value"],
                condition=models.Q(level__gt=Level.CLAIMED),
            ),
            models.CheckConstraint(
                name="accounts_confirmed_has_source",
                condition=models.Q(level=Level.CLAIMED) | ~models.Q(confirmed_by=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country}:{self.scheme}:{self.value}"


def _role_fits_place(prefix: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"accounts_{prefix}_role_fits",
        condition=models.Q(role__in=EITHER)
        | models.Q(role__in=PLATFORM_ONLY, body__isnull=True)
        | models.Q(role__in=BODY_ONLY, body__isnull=False),
    )


class RoleGrant(models.Model):
    """One role of one person, for a body or (without one) for the platform. The one truth about rights."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(_("role"), max_length=30, choices=ROLE_CHOICES)
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField()
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            _role_fits_place("grant"),
            models.UniqueConstraint(
                name="accounts_grant_once",
                fields=["user", "role", "body"],
                condition=models.Q(ended_at=None, body__isnull=False),
            ),
            models.UniqueConstraint(
                name="accounts_platform_grant_once",
                fields=["user", "role"],
                condition=models.Q(ended_at=None, body__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role}@{self.body_id or 'platform'}"


class Invitation(models.Model):
    """An offer of a role to the owner of an e-mail address. Only the SHA-256 of its token is kept."""

    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=30, choices=ROLE_CHOICES)
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    language = models.CharField(max_length=12, blank=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [_role_fits_place("invitation")]

    def __str__(self) -> str:
        return f"{self.role}@{self.body_id or 'platform'} #{self.pk}"


class FactorReset(models.Model):
    """A lost factor to be taken from a person: asked for by one operator, confirmed by another."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="factor_resets")
    reason = models.CharField(_("reason"), max_length=500)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="accounts_one_open_reset",
                fields=["user"],
                condition=models.Q(confirmed_at=None, withdrawn_at=None),
            ),
            models.CheckConstraint(
                name="accounts_reset_by_two",
                condition=models.Q(confirmed_by=None) | ~models.Q(confirmed_by=models.F("requested_by")),
            ),
            models.CheckConstraint(
                name="accounts_reset_by_others",
                condition=~models.Q(requested_by=models.F("user"))
                & (models.Q(confirmed_by=None) | ~models.Q(confirmed_by=models.F("user"))),
            ),
        ]

    def __str__(self) -> str:
        return f"reset #{self.pk}"


class Session(AbstractBaseSession):
    """A session; `session_key` is a digest of what the cookie holds, so that a copy of the database opens nothing."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="sessions")
    agent = models.CharField(max_length=60, blank=True)
    address = models.GenericIPAddressField(null=True)
    signed_in_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    @classmethod
    def get_session_store_class(cls) -> Any:  # noqa: ANN401 - as the base class says it
        """The engine beside this file."""
        from kopir.accounts.sessions import SessionStore

        return SessionStore


class Counter(models.Model):
    """The table of the shared cache: counters of wrong attempts, codes used and codes to be used. Written by Django."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "accounts_cache"

    def __str__(self) -> str:
        return self.cache_key
