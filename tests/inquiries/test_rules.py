"""Numbers that can be read aloud, and who reads what."""

from __future__ import annotations

import pytest

from kopir.base.actors import ANONYMOUS, Actor, Role, system_actor
from kopir.inquiries import rules

NUMBER = "K7QM4XW" + rules.check_sign("K7QM4XW")


def test_a_number_is_known_however_it_is_typed():
    assert rules.is_number(NUMBER)
    assert rules.is_number(f" {rules.grouped(NUMBER).lower()} ")
    assert rules.grouped(NUMBER) == f"K7QM-4XW{NUMBER[-1]}"


def test_every_single_error_is_found():
    for place in range(8):
        for sign in set(rules.ALPHABET) - {NUMBER[place]}:
            assert not rules.is_number(NUMBER[:place] + sign + NUMBER[place + 1 :])


def test_every_change_of_places_is_found():
    for place in range(7):
        first, second = NUMBER[place], NUMBER[place + 1]
        changed = NUMBER[:place] + second + first + NUMBER[place + 2 :]
        assert first == second or not rules.is_number(changed)


@pytest.mark.parametrize("text", ["", "K7QM", NUMBER + "2", "K7QM4X\0W", "İİİİİİİİ", "OOOO-0000"])
def test_anything_else_is_none(text):
    assert not rules.is_number(text)


@pytest.mark.parametrize("role", sorted(rules.READERS))
def test_who_works_for_the_body_reads(role):
    actor = Actor("person", id="9", grants=frozenset({(role, 7)}))
    assert rules.may_read(actor, 7)
    assert rules.bodies_of(actor) == {7}
    assert not rules.may_read(actor, 8)


@pytest.mark.parametrize(
    "actor",
    [
        ANONYMOUS,
        system_actor("tests"),
        Actor("person", id="9"),
        Actor("person", id="9", grants=frozenset({(Role.PLATFORM_OPERATOR, None)})),
        Actor("person", id="9", grants=frozenset({(Role.AUDITOR, 7), (Role.AUDITOR, None)})),
    ],
)
def test_nobody_else_does(actor):
    assert not rules.may_read(actor, 7)
    assert not rules.bodies_of(actor)
