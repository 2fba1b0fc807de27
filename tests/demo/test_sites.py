"""The sites of the demonstration: bodies of the pack, every text in every language and alphabet, no word too many."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date

import pytest

from kopir.bodies.pack import read_pack
from kopir.demo.piece_seeding import FILES, KINDS
from kopir.demo.sites import (
    TEMPLATES,
    News,
    Piece,
    Site,
    Words,
    read_kept,
    read_news,
    read_pieces,
    read_shared,
    read_sites,
)

SITES = {"kz": 12, "tj": 12, "uz": 3}
FURTHER = {"kz": 2, "tj": 2, "uz": 1}
"""Sites with a page of every further type."""
NEWS = {"kz": 30, "tj": 30, "uz": 6}
countries = pytest.mark.parametrize("country", sorted(SITES))
STATES = {"draft", "adopted", "repealed"}
OWN_LETTERS = {"kk": "ӘәҒғҚқҢңӨөҰұҮүҺһІі", "tg": "ҒғӢӣҚқӮӯҲҳҶҷ", "uz": "", "ru": "", "en": ""}
RUSSIAN_ALONE = set("ЦцЩщЫыЬь")
LATIN_NAMES = re.compile(r"\b(?:SmartBridge(?:-[а-яәіңғүұқөһ]+)?|CSV|JSON|RSS|II|CO)\b")


def _texts(site: Site) -> Iterator[tuple[str, str]]:
    """Every text of a site with its language."""
    for language, words in site.words.items():
        for text in _words(words):
            yield language, text
    for document in site.documents:
        yield from document.titles.items()
        yield from document.texts.items()


def _words(words: Words) -> Iterator[str]:
    yield from (words.lead, words.about, words.activities, words.services, words.reception, words.contacts)
    yield from (*words.divisions, *words.duties)
    for question in words.questions:
        yield from (question.question, question.answer)


def _pieces(country: str) -> Iterator[tuple[str, Piece]]:
    """Every page of a further type with the body on whose site it stands."""
    for site in read_sites(country):
        for piece in read_pieces(country, site.body, tuple(site.words)):
            yield site.body, piece


def _lines(piece: Piece, language: str) -> Iterator[str]:
    """Every text of such a page in a language."""
    for text in piece.words[language].values():
        yield from text if isinstance(text, list) else [text]


def _told(news: News) -> Iterator[tuple[str, str]]:
    for texts in (news.titles, news.summaries, news.texts):
        yield from texts.items()


def _figures(text: str) -> Counter[str]:
    """The numbers of a text, decimal commas as points."""
    return Counter(number.replace(",", ".") for number in re.findall(r"\d+(?:[.,]\d+)?", text))


def _faults(language: str, text: str) -> list[str]:
    """What is wrong with the letters of a text."""
    bare = LATIN_NAMES.sub("", text)
    cyrillic = {letter for letter in bare if "Ѐ" <= letter <= "ӿ"}
    latin = set(re.findall(r"[A-Za-z]", bare))
    found = []
    if language in {"uz", "en"}:
        found += [f"Cyrillic {cyrillic}"] if cyrillic else []
    else:
        known = {chr(code) for code in range(ord("А"), ord("я") + 1)} | set("Ёё") | set(OWN_LETTERS[language])
        found += [f"Latin {latin}"] if latin else []
        found += [f"letters of another language {cyrillic - known}"] if cyrillic - known else []
    if language == "tg" and cyrillic & RUSSIAN_ALONE:
        found.append(f"letters that Tajik has not {cyrillic & RUSSIAN_ALONE}")
    if language == "uz" and re.search("['‘’`]", text):
        found.append("write ʻ (U+02BB) and ʼ (U+02BC)")
    return found + (["two blanks"] if "  " in text else [])


@countries
def test_each_country_has_its_sites_and_their_bodies_exist(country: str) -> None:
    sites, pack = read_sites(country), {body.slug: body for body in read_pack(country).bodies}

    assert len(sites) == SITES[country]
    assert {site.body for site in sites} <= set(pack)
    assert all(site.template in TEMPLATES for site in sites)
    local = read_pack(country).country.kinds
    assert all((site.template == "region") is local[pack[site.body].kind].is_local for site in sites)


@countries
def test_every_site_says_everything_in_every_language(country: str) -> None:
    languages = read_pack(country).country.language_codes
    for site in read_sites(country):
        assert tuple(site.words) == tuple(languages), site.body
        shapes = {
            (len(w.divisions), len(w.duties), len(w.questions), w.about.count("\n\n")) for w in site.words.values()
        }
        assert len(shapes) == 1, f"{site.body}: the languages tell different things"
        assert all(text.strip() for _, text in _texts(site)), site.body
        for words in site.words.values():
            assert min(len(words.about.split()), len(words.activities.split())) > 20, site.body
            assert len(words.divisions) >= 5
            assert len(words.duties) >= 3
            assert len(words.questions) >= 2


@countries
def test_documents_are_known_by_their_requisites(country: str) -> None:
    languages = set(read_pack(country).country.language_codes)
    documents = [document for site in read_sites(country) for document in site.documents]

    assert min(len(site.documents) for site in read_sites(country)) >= 2
    assert all(count == 1 for count in Counter(document.number for document in documents).values())
    assert {document.state for document in documents} <= STATES
    assert all(set(document.titles) == set(document.texts) == languages for document in documents)
    assert all(isinstance(document.on, date) for document in documents)


@countries
def test_news_is_whole_and_of_the_right_length(country: str) -> None:
    news, bodies = read_news(country), {site.body for site in read_sites(country)}
    languages = set(read_pack(country).country.language_codes)

    assert len(news) == len({one.slug for one in news}) == NEWS[country]
    for one in news:
        assert one.body in bodies, one.slug
        assert one.source in read_shared().sources, one.slug
        assert re.fullmatch("[a-z0-9-]{3,60}", one.slug)
        assert set(one.titles) == set(one.summaries) == set(one.texts) == languages, one.slug
        for language in languages:
            words = len(one.texts[language].split())
            assert 80 <= words <= 200, f"{one.slug}: {words} words in {language}"
            assert len(one.titles[language]) <= 90, f"{one.slug}: {language}"
            assert 1 <= len(re.findall(r"[.!?](?:\s|$)", one.summaries[language])) <= 2, one.slug


@countries
def test_every_figure_stands_in_every_language(country: str) -> None:
    for one in read_news(country):
        figures = {language: _figures(one.texts[language]) for language in one.texts}
        first = next(iter(figures.values()))
        assert all(set(found) == set(first) for found in figures.values()), f"{one.slug}: {figures}"


@countries
def test_every_text_is_written_with_the_letters_of_its_language(country: str) -> None:
    told = [(site.body, *pair) for site in read_sites(country) for pair in _texts(site)]
    told += [(one.slug, *pair) for one in read_news(country) for pair in _told(one)]
    told += [(body, code, text) for body, one in _pieces(country) for code in one.words for text in _lines(one, code)]
    faults = {(where, language): found for where, language, text in told if (found := _faults(language, text))}
    assert not faults


@countries
def test_languages_have_their_own_letters_so_none_is_a_copy(country: str) -> None:
    for site in read_sites(country):
        for language, words in site.words.items():
            if OWN_LETTERS[language]:
                assert set(words.about) & set(OWN_LETTERS[language]), site.body
        assert len({words.about for words in site.words.values()}) == len(site.words)


@countries
def test_no_sentence_is_that_of_another_language(country: str) -> None:
    said: dict[str, set[str]] = {}
    told = [pair for site in read_sites(country) for pair in _texts(site)]
    told += [pair for one in read_news(country) for pair in _told(one)]
    told += [(code, text) for _body, one in _pieces(country) for code in one.words for text in _lines(one, code)]
    for language, text in told:
        for sentence in re.split(r"[.!?;\n]\s*", text):
            if len(sentence.split()) > 1:
                said.setdefault(sentence, set()).add(language)
    assert len(said) > 400
    assert not {sentence for sentence, languages in said.items() if len(languages) > 1}


@countries
def test_each_further_type_is_on_enough_sites_in_every_language(country: str) -> None:
    languages = tuple(read_pack(country).country.language_codes)
    kinds = Counter(kind for _body, kind in {(body, one.kind) for body, one in _pieces(country)})
    assert kinds == dict.fromkeys(KINDS, FURTHER[country])
    for body, one in _pieces(country):
        assert tuple(one.words) == languages, f"{body}: {one.slug}"
        assert one.source in read_shared().sources
        shapes = {
            tuple((name, len(text) if isinstance(text, list) else text.count("\n\n")) for name, text in words.items())
            for words in one.words.values()
        }
        assert len(shapes) == 1, f"{body}, {one.slug}: the languages tell different things"
        assert all(line.strip() for code in languages for line in _lines(one, code)), one.slug
    terms = [document for site in read_sites(country) for document in site.documents if document.discussed_until]
    assert len(terms) == FURTHER[country]
    assert {document.state for document in terms} == {"draft"}


@countries
def test_every_figure_of_the_further_types_stands_in_every_language(country: str) -> None:
    for body, one in _pieces(country):
        found = {code: _figures(" ".join(_lines(one, code))) for code in one.words}
        first = next(iter(found.values()))
        assert all(set(figures) == set(first) for figures in found.values()), f"{body}, {one.slug}: {found}"


def test_tables_that_people_take_are_whole() -> None:
    for file in sorted(FILES.glob("*.csv")):
        rows = list(csv.reader(file.read_text("utf-8").splitlines()))
        assert len(rows) > 3, file.name
        assert {len(row) for row in rows} == {len(rows[0])}, file.name
        values = [row[rows[0].index("value")] for row in rows[1:]]
        assert all(re.fullmatch(r"\d+(\.\d+)?", value) for value in values), file.name


def test_what_all_sites_share_is_in_the_five_languages() -> None:
    shared, kept = read_shared(), read_kept()
    tables = [*shared.sections.values(), *shared.sources.values(), shared.note, kept.titles, kept.texts]

    assert len(shared.sections) >= 10
    assert all(set(texts) == set(OWN_LETTERS) for texts in tables)
    assert not [found for texts in tables for code, text in texts.items() if (found := _faults(code, _bare(text)))]


@countries
def test_one_body_keeps_a_text_that_two_others_show(country: str) -> None:
    kept, bodies = read_kept(), {site.body for site in read_sites(country)}
    among = {kept.kept_by[country], *kept.shown_by[country]}
    assert len(among) == 3
    assert among <= bodies


def _bare(text: str) -> str:
    return text.replace("{name}", "")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("uz", "Toshkent shahri ko'prigi"),
        ("uz", "Тошкент"),
        ("ru", "Қазақстан"),
        ("ru", "Mинистерство"),
        ("tg", "Тоҷикистонцы"),
        ("en", "Аstana"),
        ("kk", "екі  бос орын"),
    ],
)
def test_letters_of_another_alphabet_are_seen(language: str, text: str) -> None:
    assert _faults(language, text)
