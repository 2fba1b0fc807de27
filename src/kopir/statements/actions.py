"""Checking the published pages of a website anew."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from kopir.audit.actions import record
from kopir.base.actors import Actor
from kopir.base.errors import NotAllowedError
from kopir.pagecache.actions import touch
from kopir.pagecache.tagged import tags_of
from kopir.statements import tags
from kopir.statements.findings import TOLD
from kopir.statements.models import Statement
from kopir.websites.gate import judge
from kopir.websites.models import SitePage, Version, Website
from kopir.websites.queries import list_shown

CHECK: Final = "statements.check"
LIMIT_REASONS: Final = 100


def check_website(*, website: Website, actor: Actor, now: datetime) -> Statement:
    """Judge every page that the public sees, as it is now, and keep what was found. Raises NotAllowedError."""
    if actor.kind != "system":
        raise NotAllowedError
    found = _judge_all(website)  # long, and so before the transaction: SQLite has one writer
    with transaction.atomic():
        statement, _is_new = Statement.objects.update_or_create(website=website, defaults={**found, "checked_at": now})
        touch(tags.of_website(website.pk), *tags_of(statement))
        after = {name: found[name] for name in ("pages", "faulty", "counts")}
        subject = f"websites.website:{website.pk}"
        record(actor=actor, action="statements.check", subject=subject, body_id=website.body_id, after=after, now=now)
    return statement


def _judge_all(website: Website) -> dict[str, Any]:
    """How many pages the public sees, what the gate finds on them, and why it stays."""
    counts: Counter[str] = Counter()
    reasons: list[dict[str, Any]] = []
    pages = faulty = 0
    for page in list_shown().filter(website=website).order_by("url_path").specific().iterator(chunk_size=200):
        pages += 1
        codes = sorted({finding.code for finding in judge(page) if finding.code in TOLD})
        counts.update(codes)
        faulty += bool(codes)
        if codes and len(reasons) < LIMIT_REASONS and (reason := _reason_for(page)):
            reasons.append({"title": page.title, "path": page.url_path, "codes": codes, "reason": reason})
    return {"pages": pages, "faulty": faulty, "counts": dict(sorted(counts.items())), "reasons": reasons}


def _reason_for(page: SitePage) -> str:
    """What the publisher of what is live wrote; "" where nobody did."""
    version = Version.objects.filter(page=page.pk, revision=page.live_revision_id).order_by("-pk").first()
    return version.reason if version else ""
