"""What the rooms above do with new websites, within the transaction that makes them; they register it at start-up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from kopir.base.registry import Registry
from kopir.websites.models import Website

Follow = Callable[[Sequence[Website], Website | None, datetime], None]
"""Takes the new websites, all made from templates or all (one) copied from another, that one or None, and now."""

FOLLOWERS: Final = Registry[Follow]("follower of new websites")


def follow(made: Sequence[Website], source: Website | None, now: datetime) -> None:
    """Tell all of them."""
    for _name, tell in FOLLOWERS:
        tell(made, source, now)
