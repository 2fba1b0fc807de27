"""What follows whenever a page is published, by whichever door: an action, the administration, its schedule."""

from __future__ import annotations

from typing import Any

from wagtail.signals import page_published

from kopir.websites.actions.media import note_media
from kopir.websites.models import SitePage


def follow_publishing(sender: type[Any], instance: Any, **_rest: Any) -> None:  # noqa: ANN401 - Wagtail's signal
    """Note what the page shows, from the row that was just written."""
    if isinstance(instance, SitePage):
        note_media([type(instance).objects.get(pk=instance.pk)])


def connect() -> None:
    """Listen from now on."""
    page_published.connect(follow_publishing, dispatch_uid="websites.follow_publishing")
