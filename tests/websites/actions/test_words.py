"""Fixing words of the other script."""

from __future__ import annotations

import pytest

from kopir.audit.models import Row
from kopir.base.actors import Actor, Role
from kopir.base.errors import NotAllowedError
from kopir.pagecache.models import Purge
from kopir.websites.actions import fix_word, release_word
from kopir.websites.errors import NoOtherScriptError, WordError
from kopir.websites.models import FixedWord


def person(role, body_id):
    return Actor("person", id="9", name="A. Person", grants=frozenset({(role, body_id)}))


def fix(website, actor, now, word="Қазан", form="Qazan", language="kk"):
    return fix_word(website=website, language=language, word=word, form=form, actor=actor, now=now)


def test_an_editor_fixes_and_releases_a_word(education, now):
    editor = person(Role.EDITOR, education.body_id)
    fixed = fix(education, editor, now)
    assert str(fixed) == "қазан → Qazan"
    assert fix(education, editor, now, form="Kazan").pk == fixed.pk
    assert FixedWord.objects.get().form == "Kazan"
    assert any(f"websites.fixedword:kk:{education.slug}" in purge.tags for purge in Purge.objects.all())
    release_word(fixed=FixedWord.objects.get(), actor=editor, now=now)
    assert not FixedWord.objects.exists()
    assert list(Row.objects.filter(action__contains="_word").values_list("action", "body_id")) == [
        ("websites.fix_word", education.body_id),
        ("websites.fix_word", education.body_id),
        ("websites.release_word", education.body_id),
    ]


def test_a_word_of_the_platform_stands_once(kz, operator, now):
    assert fix(None, operator, now).pk == fix(None, operator, now).pk


@pytest.mark.parametrize("role", [Role.EDITOR, Role.PUBLISHER, Role.SITE_ADMINISTRATOR])
def test_nobody_fixes_words_of_others(education, finance, operator, now, role):
    almost = person(role, education.body_id)
    for website in (finance, None):
        with pytest.raises(NotAllowedError):
            fix(website, almost, now)
        with pytest.raises(NotAllowedError):
            release_word(fixed=fix(website, operator, now), actor=almost, now=now)
    with pytest.raises(NotAllowedError):
        fix(education, person(Role.OFFICER, education.body_id), now)


@pytest.mark.parametrize(
    ("word", "form"),
    [
        ("", "Qazan"),
        ("екі сөз", "Qazan"),
        ("қазан", ""),
        ("қазан", "<b>"),
        ("қазан", "Qa zan"),
        ("*", "Qazan"),
        ("қ" * 61, "Q"),
        ("1", "Q"),
    ],
)
def test_what_is_no_word_is_refused(education, system, now, word, form):
    with pytest.raises(WordError):
        fix(education, system, now, word, form)
    assert not FixedWord.objects.exists()


def test_a_language_of_one_script_has_no_words(education, system, now):
    with pytest.raises(NoOtherScriptError):
        fix(education, system, now, language="ru")
