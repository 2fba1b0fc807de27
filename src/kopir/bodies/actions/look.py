"""A body's colors and crest. They are data: colors are judged for contrast, crests rebuilt, before they are kept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from django.core.files.base import ContentFile
from django.db import transaction

from kopir.audit.actions import record
from kopir.base.actors import Actor
from kopir.base.errors import NotAllowedError
from kopir.base.events import emit
from kopir.bodies.errors import ChangedMeanwhileError, UnknownBodyError, UnreadableColorsError
from kopir.bodies.events import BodyChanged
from kopir.bodies.models import Body
from kopir.bodies.rules import may_change_field
from kopir.design.colors import check_contrast
from kopir.design.crests import clean_crest
from kopir.pagecache.actions import touch
from kopir.pagecache.tagged import tags_of


def check_colors(colors: Mapping[str, str]) -> None:
    """Raise UnreadableColorsError for the first color on which nobody could read; no colors are the portal's own."""
    if colors and (problems := check_contrast(colors)):
        raise UnreadableColorsError(field=problems[0].name, reason=problems[0].sentence)


def set_theme(
    *,
    body: Body,
    colors: Mapping[str, str],
    crest: bytes | None,
    revision: int,
    actor: Actor,
    now: datetime,
) -> Body:
    """Give a body its colors, and a crest where `crest` holds the bytes of a new one (PNG or SVG).

    Raises NotAllowedError, ChangedMeanwhileError, UnreadableColorsError, and for a crest what `design` refuses.
    """
    if not may_change_field(actor, body.pk, "colors"):
        raise NotAllowedError
    check_colors(colors)
    cleaned = clean_crest(crest) if crest else None
    with transaction.atomic():
        stored = Body.objects.select_for_update().filter(pk=body.pk).first()
        if stored is None:
            raise UnknownBodyError(name=body.pk)
        if stored.revision != revision:
            raise ChangedMeanwhileError(name=stored.name)
        before = {"colors": stored.colors, "crest": stored.crest.name}
        stored.colors = dict(colors)
        if cleaned:
            digest = hashlib.sha256(cleaned.content).hexdigest()[:16]
            stored.crest.save(f"{stored.slug}-{digest}{cleaned.suffix}", ContentFile(cleaned.content), save=False)
        after = {"colors": stored.colors, "crest": stored.crest.name}
        if after == before:
            return stored
        stored.revision += 1
        stored.changed_at = now
        stored.save()
        touch(*tags_of(stored, ["colors", "crest"]))
        record(
            actor=actor,
            action="bodies.set_theme",
            subject=f"bodies.body:{stored.pk}",
            body_id=stored.pk,
            before=before,
            after=after,
            now=now,
        )
        emit(BodyChanged(stored.pk, stored.slug))
    return stored
