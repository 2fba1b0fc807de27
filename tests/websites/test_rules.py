"""What may be an address, and who is what for a website."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kopir.base.actors import Actor, Role, system_actor
from kopir.websites.rules import EDITING, is_behind, may_be_address, roles_in, up_to


@pytest.mark.parametrize("slug", ["a", "ministry-of-water", "7", "a" * 100])
def test_an_address_is_of_letters_digits_and_hyphens_within(slug):
    assert may_be_address(slug)


@pytest.mark.parametrize("slug", ["", "-a", "a-", "a--b", "A", "вода", "a_b", "a/b", "a.b", "a" * 101, "manage", "a\n"])
def test_what_is_no_address(slug):
    assert not may_be_address(slug)


def test_roles_are_those_for_the_body_alone():
    actor = Actor("person", id="1", grants=frozenset({(Role.EDITOR, 3), (Role.PUBLISHER, 4), (Role.HEAD, 3)}))
    assert roles_in(actor, 3) == {Role.EDITOR}
    assert roles_in(actor, 5) == frozenset()


def test_operators_and_the_system_stand_in_for_all():
    operator = Actor("person", id="1", grants=frozenset({(Role.PLATFORM_OPERATOR, None)}))
    assert roles_in(operator, 3) == roles_in(system_actor("x"), 3) == EDITING
    almost = Actor("person", id="1", grants=frozenset({(Role.PLATFORM_OPERATOR, 4), (Role.AUDITOR, None)}))
    assert roles_in(almost, 3) == frozenset()


@pytest.mark.parametrize(
    ("follows", "published", "source", "is_late"),
    [
        (1, 9, 2, True),
        (2, 9, 2, False),
        (None, 1, 2, True),
        (None, 3, 2, False),
        (None, None, 2, False),
        (1, 1, None, False),
    ],
)
def test_when_a_translation_is_behind(follows, published, source, is_late):
    days = [None if day is None else datetime(2026, 1, day, tzinfo=UTC) for day in (follows, published, source)]
    assert is_behind(*days) is is_late


def test_an_instant_as_a_revision_keeps_it():
    instant = datetime(2026, 1, 1, 0, 0, 0, 383347, tzinfo=UTC)
    assert up_to(instant) == datetime(2026, 1, 1, 0, 0, 0, 384000, tzinfo=UTC)
    assert up_to(up_to(instant)) == up_to(instant)
