"""What follows whenever a page is published, by whichever door: an action, the administration, its schedule."""

from __future__ import annotations

from typing import Any

from wagtail.models import Revision
from wagtail.signals import page_published

from kopir.websites.actions.approving import number_version
from kopir.websites.actions.media import note_media
from kopir.websites.models import SitePage


def follow_publishing(sender: type[Any], instance: Any, revision: Revision, **_rest: Any) -> None:  # noqa: ANN401
    """Note what the page shows, from the row that was just written, and give what is shown its number."""
    if isinstance(instance, SitePage):
        page = type(instance).objects.get(pk=instance.pk)
        note_media([page])
        if page.live:
            number_version(page, revision)


def connect() -> None:
    """Listen from now on."""
    page_published.connect(follow_publishing, dispatch_uid="websites.follow_publishing")
