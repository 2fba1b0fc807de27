"""The room's background work."""

from __future__ import annotations

from datetime import timedelta

from kopir.base import clock
from kopir.base.actors import system_actor
from kopir.base.jobs import periodic
from kopir.inquiries import actions


@periodic("inquiries.forget", every=timedelta(hours=1))
def forget() -> None:
    """Erase what was kept for long enough."""
    actions.forget_inquiries(actor=system_actor("inquiries.forget"), now=clock.now())
