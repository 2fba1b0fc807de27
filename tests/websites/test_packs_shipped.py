"""The templates that ship: as many pages as promised, whole in every language, near, and with what laws ask for."""

from __future__ import annotations

import pytest

from kopir.bodies.pack import read_pack
from kopir.websites.packs import list_templates, read_template

LANGUAGES = {language for country in ("kz", "tj", "uz") for language in read_pack(country).country.language_codes}
SHIPPED = ("ministry", "region")
# Access-to-information law of Kazakhstan, art. 16 (3), and order 124-НҚ of 2025.
ASKED = {
    "about/competence",
    "about/structure",
    "about/management",
    "about/appointments",
    "activities/programs",
    "activities/reports",
    "documents",
    "documents/drafts",
    "services",
    "news",
    "openness/budget",
    "openness/procurement",
    "openness/open-data",
    "openness/anti-corruption",
    "openness/public-information",
    "citizens/appeals",
    "citizens/appeals-reviews",
    "citizens/vacancies",
    "contacts",
    "accessibility",
    "feedback",
}
templates = pytest.mark.parametrize("name", SHIPPED)


def _paths(name: str) -> set[str]:
    return {f"{page.parent}/{page.slug}".strip("/") for page in read_template(name).pages}


def test_both_families_of_bodies_have_a_template() -> None:
    assert set(SHIPPED) <= set(list_templates())


@templates
def test_a_site_begins_with_twenty_pages_and_more(name: str) -> None:
    assert len(read_template(name).pages) >= 20


@templates
def test_every_page_has_title_and_text_in_every_language(name: str) -> None:
    template = read_template(name)
    assert set(template.titles) == LANGUAGES
    for page in template.pages:
        assert set(page.titles) == set(page.texts) == LANGUAGES, page.slug
        assert all(text.strip() for texts in (page.titles, page.texts) for text in texts.values()), page.slug
        assert len(set(page.texts.values())) == len(LANGUAGES), f"{page.slug}: one language copies another"


@templates
def test_the_first_sentence_of_the_home_page_fits_the_field(name: str) -> None:
    home = read_template(name).pages[0]
    assert max(map(len, home.texts.values())) <= 400


@templates
def test_what_laws_ask_for_is_there(name: str) -> None:
    assert _paths(name) >= ASKED


@templates
def test_every_page_is_within_three_clicks(name: str) -> None:
    assert max(path.count("/") for path in _paths(name)) <= 2


@templates
def test_the_menu_is_short(name: str) -> None:
    top = [page.slug for page in read_template(name).pages if page.is_in_menu and not page.parent]
    assert 5 <= len(top) <= 9


@templates
def test_what_is_alike_is_told_once(name: str) -> None:
    titles = [page.titles["en"] for page in read_template(name).pages]
    assert len(titles) == len(set(titles))


def test_a_region_is_no_ministry() -> None:
    assert _paths("region") - _paths("ministry") == {"about/departments", "about/districts", "about/territory"}
    assert _paths("ministry") - _paths("region") == {"about/subordinate"}
