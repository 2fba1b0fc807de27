"""What the demonstration adds fits the packs: bodies that exist, languages of the country, colors one can read."""

from __future__ import annotations

import pytest

from kopir.base.actors import Role
from kopir.bodies.pack import read_pack
from kopir.demo.content import WHO, Person, Words, read_content, read_letters
from kopir.demo.territory import COUNTRY_NAMES
from kopir.design.colors import check_contrast
from kopir.design.crests import clean_crest

countries = pytest.mark.parametrize("country", sorted(COUNTRY_NAMES))


@countries
def test_everybody_is_there_and_speaks_a_language_of_the_country(country: str) -> None:
    people = read_content(country).people
    languages = read_pack(country).country.language_codes

    assert tuple(person.who for person in people) == WHO
    assert {person.language for person in people} <= set(languages)
    assert people[0].language == languages[0]


@countries
def test_roles_are_roles_and_bodies_are_bodies(country: str) -> None:
    content, slugs = read_content(country), {body.slug for body in read_pack(country).bodies}

    assert {role for person in content.people for role in person.roles} <= set(Role)
    assert {person.body for person in content.people if person.body} <= slugs
    assert {theme.body for theme in content.themes} <= slugs
    assert len(content.themes) > 1


@countries
def test_colors_can_be_read_and_logos_shown(country: str) -> None:
    content = read_content(country)

    for colors in (content.colors, *(theme.colors for theme in content.themes)):
        assert check_contrast(colors) == []
    assert all(b"<path" in clean_crest(theme.read_logo()).content for theme in content.themes)


@countries
def test_letters_are_in_the_language_of_each(country: str) -> None:
    for person in read_content(country).people:
        welcome, own = read_letters(person)
        assert welcome.subject != own.subject
        assert len(own.text.split("\n\n")) == 2


def test_languages_do_not_share_words() -> None:
    subjects = [letter.subject for one in COUNTRY_NAMES for letter in map(_own, read_content(one).people)]
    assert len(set(subjects)) == len(subjects) - 2, "the auditors of all countries read Russian, others their own"


def _own(person: Person) -> Words:
    return read_letters(person)[1]
