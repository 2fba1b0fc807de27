"""Messages in inboxes, deliveries on their way, and the numbers that people want texts on."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """How a letter travels to where the portal does not reach."""

    EMAIL = "email", _("E-mail")
    SMS = "sms", _("Text message")


class State(models.TextChoices):
    """How a delivery stands. SENT is what the next server said; no one knows whether it was read."""

    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    DEAD = "dead", _("Given up")


class Message(models.Model):
    """What a person was told, in the words in which it was told."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="messages")
    letter = models.CharField(max_length=100)
    language = models.CharField(max_length=12)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["user", "-id"], name="notices_message_inbox"),
            models.Index(fields=["user"], condition=models.Q(read_at=None), name="notices_message_unread"),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}: {self.letter}"


class Delivery(models.Model):
    """A letter by e-mail or SMS. `sealed` are its words, encrypted, and empty once it is sent or given up."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="deliveries")
    letter = models.CharField(max_length=100)
    language = models.CharField(max_length=12)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    address = models.CharField(max_length=320)
    sealed = models.TextField(blank=True)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "-id"], name="notices_delivery_state")]

    def __str__(self) -> str:
        return f"delivery {self.pk}: {self.letter} by {self.channel}"


class Phone(models.Model):
    """The number on which a person wants texts. `asked` is one that a code was sent to; `code` is its digest."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="phone")
    number = models.CharField(max_length=16, blank=True)
    asked = models.CharField(max_length=16, blank=True)
    code = models.CharField(max_length=64, blank=True)
    code_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"phone of {self.user_id}"
