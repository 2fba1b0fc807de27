"""Letters in words."""

from __future__ import annotations

import pytest
from django.utils import translation

from kopir.accounts.events import LETTERS as DUE
from kopir.notices.letters import LETTERS
from kopir.notices.rendering import LIMIT_SMS, LIMIT_SUBJECT, check_templates, pick_language, render

LANGUAGES = ("kk", "tg", "uz", "ru", "en")
OURS = [name for name, _ in LETTERS if name.partition(".")[0] in {"accounts", "notices"}]
OWN = {"notices.phone_code": ("code",), "notices.phone_changed": ("number",)}
SAMPLES = {
    "role": "editor",
    "expires_at": "2026-03-05T09:30:00+00:00",
    "factor": "totp",
    "url": "https://kz.example/i/abc",
    "code": "123456",
}


def sample(name: str) -> dict[str, str]:
    fields = DUE.get(name) or OWN[name]
    return {field: SAMPLES.get(field, f"<{field}> & 'more'") for field in fields}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", OURS)
def test_every_letter_can_be_written_in_every_language(name, language):
    words = render(name, sample(name), language)
    assert words.language == language
    assert words.subject
    assert words.text
    assert f'<html lang="{language}">' in words.html
    assert bool(words.sms) == LETTERS.get(name).by_sms
    assert len(words.subject) <= LIMIT_SUBJECT
    assert len(words.sms) <= LIMIT_SMS
    for part in (words.subject, words.text, words.sms):
        assert "{" not in part
        assert "&#x27;" not in part, "plain text is not escaped"


@pytest.mark.parametrize("name", OURS)
def test_a_letter_says_all_that_it_was_given(name):
    words = render(name, sample(name), "en")
    for field, value in sample(name).items():
        if field not in LETTERS.get(name).show:
            assert value in words.text, field
    assert check_templates(name) == []


def test_what_people_call_themselves_becomes_neither_markup_nor_link():
    bait = "https://evil.example/ <b>Win</b>"
    words = render("accounts.invitation", {**sample("accounts.invitation"), "inviter": bait}, "en")
    assert "<b>Win" not in words.html
    assert 'href="https://evil.example/' not in words.html
    assert 'href="https://kz.example/i/abc"' in words.html


def test_only_what_we_made_as_an_address_becomes_a_link():
    words = render("accounts.confirm_email", {"code": "https://evil.example/"}, "en")
    assert "https://evil.example/" in words.html
    assert "href" not in words.html


def test_a_line_break_stays_out_of_the_subject():
    words = render("accounts.confirm_email", {"code": "1\nBcc: all@example.org"}, "en")
    assert "\n" not in words.subject


def test_a_language_that_this_node_does_not_have_becomes_its_own(settings):
    assert pick_language("fr") == pick_language("") == settings.LANGUAGE_CODE
    with translation.override("kk"):
        assert render("accounts.reset_withdrawn", {"operator": "A"}, "ru").language == "ru"
        assert translation.get_language() == "kk"


def test_no_such_letter():
    with pytest.raises(LookupError, match=r"accounts\.nothing"):
        render("accounts.nothing", {}, "en")


def test_missing_templates_are_named(monkeypatch):
    monkeypatch.setattr("kopir.notices.rendering.FOLDER", "notices/nowhere")
    assert check_templates("accounts.password_changed") == ["subject.txt", "text.txt", "sms.txt"]
    assert check_templates("accounts.role_granted") == ["subject.txt", "text.txt"]
