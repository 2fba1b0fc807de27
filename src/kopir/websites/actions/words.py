"""Fixing how a word is written in the other script: editors for their website, operators for the platform."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from django.db import transaction

from kopir.audit.actions import record
from kopir.base.actors import Actor
from kopir.base.errors import NotAllowedError
from kopir.pagecache.actions import touch
from kopir.script import Converter, ExceptionWordError
from kopir.websites import tags
from kopir.websites.actions.sites import only_operators
from kopir.websites.dictionary import find_other_script
from kopir.websites.errors import NoOtherScriptError, WordError
from kopir.websites.models import FixedWord, Website
from kopir.websites.rules import EDITING, roles_in

LIMIT: Final = 60
_FORM: Final = re.compile(r"[^\W\d_]+(?:[-'ʻʼ‘’][^\W\d_]+)*['ʻʼ‘’]?")


@transaction.atomic
def fix_word(*, website: Website | None, language: str, word: str, form: str, actor: Actor, now: datetime) -> FixedWord:
    """Have a word written as `form` in the other script from now on; one that is fixed already gets the new form.

    `website` None is the platform. Raises NotAllowedError, NoOtherScriptError, WordError.
    """
    _check(website, actor)
    script = find_other_script(language)
    if not script:
        raise NoOtherScriptError(language=language)
    word, form = word.strip().lower(), form.strip()
    if max(len(word), len(form)) > LIMIT or not _FORM.fullmatch(form):
        raise WordError(word=f"{word[:LIMIT]} → {form[:LIMIT]}")
    try:
        Converter(language, script, {word: form})
    except ExceptionWordError:
        raise WordError(word=word) from None
    fixed, _is_new = FixedWord.objects.update_or_create(
        website=website, language=language, word=word, defaults={"form": form}
    )
    _tell(fixed, "websites.fix_word", {"language": language, "word": word, "form": form}, actor, now)
    return fixed


@transaction.atomic
def release_word(*, fixed: FixedWord, actor: Actor, now: datetime) -> None:
    """Let a word be written by the rules again. Raises NotAllowedError."""
    _check(fixed.website, actor)
    _tell(fixed, "websites.release_word", {"language": fixed.language, "word": fixed.word}, actor, now)
    fixed.delete()


def _check(website: Website | None, actor: Actor) -> None:
    if website is None:
        only_operators(actor)
    elif actor.kind != "system" and not roles_in(actor, website.body_id) & EDITING:
        raise NotAllowedError


def _tell(fixed: FixedWord, action: str, after: dict[str, object], actor: Actor, now: datetime) -> None:
    touch(tags.words_of(fixed.language, fixed.website.slug if fixed.website else ""))
    body_id = fixed.website.body_id if fixed.website else None
    record(actor=actor, action=action, subject=f"websites.word:{fixed.pk}", body_id=body_id, after=after, now=now)
