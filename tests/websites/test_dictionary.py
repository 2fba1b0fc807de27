"""Pages in the other script, with the words that people have fixed."""

from __future__ import annotations

import pytest

from keptpages import kept_pages, page_guard  # noqa: F401 - fixtures
from kopir.websites.actions import fix_word, release_word
from kopir.websites.dictionary import find_other_script, get_converter, list_languages, list_words
from kopir.websites.models import FixedWord, SitePage

LATIN = "/kk-latn/ministry-of-education/about/"


@pytest.fixture
def fix(system, now):
    def fix(website, word, form):
        return fix_word(website=website, language="kk", word=word, form=form, actor=system, now=now)

    return fix


def test_a_websites_own_word_goes_before_that_of_the_platform(education, finance, fix):
    fix(None, "министрлік*", "Bäri")
    fix(education, "министрлік*", "Öz")
    assert get_converter("kk", "Latn", education.slug).convert_text("Министрлік") == "Öz"
    assert get_converter("kk", "Latn", finance.slug).convert_text("Министрлік") == "Bäri"
    assert get_converter("kk", "Latn").convert_text("министрлік") == "Bäri"
    assert {word.website for word in list_words(finance)} == {None}
    assert len(list_words(education)) == 2


def test_languages_of_two_scripts(kz):
    assert (find_other_script("kk"), find_other_script("ru"), list_languages()) == ("Latn", "", ["kk"])


@pytest.fixture
def kept(kept_pages, page_guard):  # noqa: F811 - fixtures
    return kept_pages


def test_kept_pages_of_the_other_script_are_made_anew_and_no_others(education, finance, fix, kept, system, now, client):
    addresses = [LATIN, "/kk/ministry-of-education/about/", "/kk-latn/ministry-of-finance/about/"]
    client.defaults["SERVER_NAME"] = "kz.localhost"
    for address in addresses:
        assert b"Fixed" not in kept.ask(client, address).content
    fix(education, "мұнда", "Fixed")
    kept.settle()
    assert [address in kept.pages for address in addresses] == [False, True, True]
    assert b"Fixed" in kept.ask(client, LATIN).content
    fix(None, "мұнда", "Other")
    kept.settle()
    assert [address in kept.pages for address in addresses] == [False, True, False]
    assert b"Other" in kept.ask(client, addresses[2]).content
    kept.ask(client, LATIN)
    release_word(fixed=FixedWord.objects.get(website=education), actor=system, now=now)
    kept.settle()
    assert b"Other" in kept.ask(client, LATIN).content


def test_on_an_own_domain_its_words_count_too(education, fix, client, now):
    fix(education, "мұнда", "Fixed")
    education.domain, education.domain_proven_at = "edu.example.org", now
    education.save()
    answer = client.get("/kk-latn/about/", headers={"host": "edu.example.org"})
    assert "Fixed" in answer.content.decode()


def test_an_editor_sees_the_other_script_in_the_preview(education, fix, rf):
    fix(education, "мұнда", "Fixed")
    page = SitePage.objects.get(url_path="/kk/ministry-of-education/about/").specific
    assert [mode for mode, _name in page.preview_modes] == ["", "Latn"]
    assert "Fixed" in page.make_preview_request(preview_mode="Latn").content.decode()
    for mode in ("", "Arab"):
        assert "Мұнда" in page.make_preview_request(preview_mode=mode).content.decode()
    assert len(SitePage.objects.get(url_path="/ru/ministry-of-education/about/").specific.preview_modes) == 1
