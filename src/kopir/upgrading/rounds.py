"""Rounds over all websites in the background: each is compared with its template, or upgraded, and what came is kept.

An operator asks; the work is divided into jobs. A round that is asked for ends the one before it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from kopir.audit.actions import record
from kopir.base import clock
from kopir.base.actors import Actor, system_actor
from kopir.base.errors import KopirError
from kopir.base.jobs import enqueue
from kopir.upgrading.actions import upgrade_website
from kopir.upgrading.models import Look
from kopir.upgrading.queries import AT_ONCE, plan_upgrades
from kopir.websites.actions.sites import only_operators
from kopir.websites.models import WebsiteState
from kopir.websites.queries import list_websites
from kopir.websites.template_queries import list_templates

ROUND: Final = "upgrading.round"

_log = logging.getLogger(__name__)


@transaction.atomic
def ask_for_round(*, is_dry: bool, actor: Actor, now: datetime) -> int:
    """Have all open websites compared with their templates, or upgraded unless `is_dry`; returns how many these are.

    What both changed waits for a decision on each website. Raises NotAllowedError for all but operators.
    """
    only_operators(actor)
    websites = list(list_websites().filter(state=WebsiteState.OPEN).values_list("pk", flat=True))
    Look.objects.bulk_create(
        [Look(website_id=pk, asked_at=now, looked_at=None, is_dry=is_dry) for pk in websites],
        update_conflicts=True,
        unique_fields=["website"],
        update_fields=["asked_at", "looked_at", "is_dry", "units", "conflicts", "is_refused"],
    )
    for start in range(0, len(websites), AT_ONCE):
        enqueue(ROUND, websites=websites[start : start + AT_ONCE], asked_at=now.isoformat())
    after = {"websites": len(websites), "is_dry": is_dry}
    record(actor=actor, action="upgrading.ask_for_round", subject="upgrading.round:all", after=after, now=now)
    return len(websites)


def go_round(websites: Sequence[int], asked_at: datetime) -> None:
    """Do the part of a round that falls on these websites, unless it was done or another round was asked for.

    A website that fails, in whatever way, is refused and the others are done.
    """
    waiting = Look.objects.filter(
        website__in=websites, website__state=WebsiteState.OPEN, asked_at=asked_at, looked_at=None
    )
    for look in waiting.select_related("website__body"):
        if not waiting.filter(pk=look.pk).exists():  # another round was asked for meanwhile, or the website closed
            continue
        try:
            _go(look)
        except KopirError:
            look.is_refused = True
        except Exception:  # noqa: BLE001 - whatever it raises, it is of this website alone
            _log.exception("a website failed in a round", extra={"website": look.website_id})
            look.is_refused = True
        look.looked_at = clock.now()
        names = ["units", "written", "conflicts", "is_refused", "looked_at"]
        Look.objects.filter(pk=look.pk, asked_at=asked_at).update(**{name: getattr(look, name) for name in names})


def _go(look: Look) -> None:
    """Compare or upgrade one website."""
    if not look.is_dry:
        _upgrade(look)
    elif look.website.template not in list_templates():
        look.is_refused = True
    else:
        for plan in plan_upgrades([look.website]):
            merged = plan.merge()
            look.units, look.conflicts = len(merged.changes), len(merged.conflicts)


def _upgrade(look: Look) -> None:
    outcome = upgrade_website(website=look.website, actor=system_actor("upgrading"), now=clock.now())
    written = outcome.written
    look.units, look.written = 0, written.published + written.drafts + written.made
    look.conflicts = len(outcome.conflicts)
