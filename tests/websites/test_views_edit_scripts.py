"""The page on which words of the other script are fixed."""

from __future__ import annotations

import pytest

from editing import act_for, make_editor, use_real_doors
from kopir.base.actors import Role
from kopir.websites.models import FixedWord

WORD = {"language": "kk", "word": "Қазан", "form": "Qazan"}


@pytest.fixture
def editor(education, finance, settings):
    use_real_doors(settings)
    return make_editor("editor", [(Role.EDITOR, education)])[1]


def test_a_word_is_fixed_shown_and_released(editor, education):
    assert '"/edit/words/"' in editor.get("/edit/").content.decode()
    assert editor.post("/edit/words/", WORD).status_code == 302
    fixed = FixedWord.objects.get()
    assert (fixed.website, fixed.word, fixed.form) == (education, "қазан", "Qazan")
    html = editor.get("/edit/words/").content.decode()
    assert "Qazan" in html
    assert "is_for_all" not in html
    assert editor.post(f"/edit/words/{fixed.pk}/release/").status_code == 302
    assert not FixedWord.objects.exists()


def test_what_is_wrong_is_said_and_nothing_fixed(editor):
    assert editor.post("/edit/words/", {**WORD, "word": ""}).status_code == 200
    answer = editor.post("/edit/words/", {**WORD, "form": "<b>"}, follow=True)
    assert "cannot be fixed" in answer.content.decode()
    assert not FixedWord.objects.exists()


def test_words_of_the_platform_are_the_operators(editor, education):
    assert editor.post("/edit/words/", {**WORD, "is_for_all": "on"}).status_code == 302
    assert FixedWord.objects.get().website == education
    _user, operator = make_editor("operator", [(Role.PLATFORM_OPERATOR, None)])
    act_for(operator, education)
    assert operator.post("/edit/words/", {**WORD, "is_for_all": "on"}).status_code == 302
    fixed = FixedWord.objects.get(website=None)
    assert editor.post(f"/edit/words/{fixed.pk}/release/").status_code == 404
    assert operator.post(f"/edit/words/{fixed.pk}/release/").status_code == 302
    assert not FixedWord.objects.filter(website=None).exists()
