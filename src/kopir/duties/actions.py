"""Every write of the room: a website is checked, and its score kept with all that it was computed from."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from kopir.audit.actions import record
from kopir.base.actors import Actor
from kopir.base.errors import NotAllowedError
from kopir.base.jobs import enqueue
from kopir.bodies.queries import get_calendar, get_country
from kopir.duties import tags
from kopir.duties.asking import Answer
from kopir.duties.checks import Case
from kopir.duties.errors import NoDutiesError
from kopir.duties.facts import Facts
from kopir.duties.gathering import gather, today_of
from kopir.duties.models import FileFinding, Inputs, LinkFinding, PackVersion, Score
from kopir.duties.packs import DutyPack, read_duties
from kopir.duties.rules import may_see
from kopir.duties.scoring import score
from kopir.pagecache.actions import touch
from kopir.pagecache.tagged import tag_of
from kopir.websites.models import Website

CHECK: Final = "duties.score"
ONCE_IN_S: Final = 600
"""However often people ask, a website is checked once within this."""
MOST_FAILURES: Final = 3
"""After so many nights in sequence an address that does not answer counts as dead."""


def score_website(*, website: Website, actor: Actor, now: datetime) -> Score:
    """Gather the facts of a website, judge them by the country's pack, and keep the score.

    Where nothing has changed since the newest score of the same day, that one. Raises NotAllowedError, NoDutiesError.
    """
    if not may_see(actor, website.body_id, website.body.ancestor_ids):
        raise NotAllowedError
    pack = read_duties(settings.KOPIR_COUNTRY)
    if pack is None:
        raise NoDutiesError
    facts, calendar, on = gather(website), get_calendar(), today_of(now)
    outcome = score(pack, Case(facts, on, calendar))
    with transaction.atomic():
        Website.objects.select_for_update().get(pk=website.pk)  # one newest score at a time
        _keep_findings(facts, on)
        inputs, version = _keep_inputs(facts.as_bytes()), _keep_pack(pack, now)
        before = Score.objects.filter(website=website, is_newest=True).first()
        same = {"on": on, "inputs_id": inputs.pk, "pack_id": version.pk, "calendar": calendar.version}
        if before is not None and all(getattr(before, name) == value for name, value in same.items()):
            return before
        touch(tags.NEWEST, tags.of_website(website.pk), *([tag_of(Score, before.pk)] if before else []))
        Score.objects.filter(website=website, is_newest=True).update(is_newest=False)
        made = Score.objects.create(
            website=website,
            at=now,
            points=outcome.points,
            possible=outcome.possible,
            results=dict(outcome.results),
            **same,
        )
        record(
            actor=actor,
            action="duties.score_website",
            subject=f"duties.score:{made.pk}",
            body_id=website.body_id,
            after={"points": made.points, "possible": made.possible, "version": pack.version},
            now=now,
        )
    return made


@transaction.atomic
def ask_for_check(*, website: Website, actor: Actor, now: datetime) -> None:
    """Have a website checked by the next worker that is free. Raises NotAllowedError."""
    if not may_see(actor, website.body_id, website.body.ancestor_ids):
        raise NotAllowedError
    enqueue(CHECK, key=f"{website.pk}:asked:{int(now.timestamp()) // ONCE_IN_S}", website=website.pk)
    record(
        actor=actor,
        action="duties.ask_for_check",
        subject=f"websites.website:{website.pk}",
        body_id=website.body_id,
        now=now,
    )


def note_answer(*, finding: LinkFinding, answer: Answer, now: datetime) -> None:
    """Keep what an address answered: gone is gone, a failure counts once it has been repeated night after night."""
    finding.asked_at = now
    if answer in {Answer.ALIVE, Answer.GONE}:
        finding.is_alive, finding.failures = answer == Answer.ALIVE, 0
    elif answer == Answer.FAILED:
        finding.failures += 1
        finding.is_alive = False if finding.failures >= MOST_FAILURES else finding.is_alive
    finding.save(update_fields=["asked_at", "is_alive", "failures"])


def _keep_findings(facts: Facts, on: date) -> None:
    """What was read of files, and the addresses that are to be asked."""
    FileFinding.objects.bulk_create(
        (FileFinding(name=name, has_text=has_text) for name, has_text in facts.files.items()), ignore_conflicts=True
    )
    LinkFinding.objects.bulk_create(
        (
            LinkFinding(address=address, host=(urlsplit(address).hostname or "")[:260], seen_on=on)
            for address in facts.links
        ),
        ignore_conflicts=True,
    )
    LinkFinding.objects.filter(address__in=list(facts.links), seen_on__lt=on).update(seen_on=on)


def _keep_inputs(content: bytes) -> Inputs:
    return Inputs.objects.get_or_create(digest=hashlib.sha256(content).hexdigest(), defaults={"content": content})[0]


def _keep_pack(pack: DutyPack, now: datetime) -> PackVersion:
    first = {"country": get_country().code, "version": pack.version, "content": pack.as_json(), "used_from": now}
    return PackVersion.objects.get_or_create(digest=pack.digest, defaults=first)[0]
