"""Two operators who change the tree at the same moment, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import pytest

from kopir.bodies.actions import archive_body, create_body, move_body
from kopir.bodies.errors import HasSubordinatesError, OwnAncestorError, UnfitFieldError
from kopir.bodies.queries import find_broken_paths, get_body
from meeting import meet

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def make(kz, operator, now):
    def make_body(slug: str, parent=None):
        names = dict.fromkeys(("kk", "ru", "en"), slug)
        return create_body(parent=parent, actor=operator, now=now, slug=slug, kind="agency", names=names)

    return make_body


def test_two_moves_make_no_circle(make, operator, now):
    one, other = make("one"), make("other")
    leaf = make("leaf", other)
    fault = meet(
        lambda: move_body(body=one, parent=leaf, revision=1, actor=operator, now=now),
        lambda: move_body(body=other, parent=one, revision=1, actor=operator, now=now),
    )
    assert isinstance(fault, OwnAncestorError), fault
    assert get_body("one").ancestor_ids == [other.pk, leaf.pk]
    assert get_body("other").ancestor_ids == []
    assert find_broken_paths() == []


def test_a_body_that_closes_gets_no_subordinate(make, operator, now):
    top = make("top")
    fault = meet(
        lambda: archive_body(body=top, revision=1, actor=operator, now=now),
        lambda: make("below", top),
    )
    assert isinstance(fault, UnfitFieldError), fault
    second = make("second")
    fault = meet(
        lambda: make("below", second),
        lambda: archive_body(body=second, revision=1, actor=operator, now=now),
    )
    assert isinstance(fault, HasSubordinatesError), fault
