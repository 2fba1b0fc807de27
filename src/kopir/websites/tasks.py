"""The room's background work."""

from __future__ import annotations

from kopir.base.jobs import job
from kopir.websites.actions import media


@job(media.RENDITIONS, limit_s=600)
def make_renditions(*, page: int) -> None:
    """Make the pictures of a published page in the sizes in which it shows them."""
    media.make_renditions_of(page)
