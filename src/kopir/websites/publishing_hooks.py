"""What follows when a page is published or taken down, by whichever door: an action, the administration, the clock."""

from __future__ import annotations

from typing import Any

from wagtail.models import Revision
from wagtail.signals import page_published, page_unpublished

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


def follow_taking_down(sender: type[Any], instance: Any, **_rest: Any) -> None:  # noqa: ANN401 - Wagtail's signal
    """Forget what was approved of a page that somebody takes down, in a bundle too; its end by the clock keeps it."""
    if isinstance(instance, SitePage) and not instance.expired:
        instance.versions.filter(published_at=None).delete()


def connect() -> None:
    """Listen from now on."""
    page_unpublished.connect(follow_taking_down, dispatch_uid="websites.follow_taking_down")
    page_published.connect(follow_publishing, dispatch_uid="websites.follow_publishing")
