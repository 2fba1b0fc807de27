"""Named things: found by name, in their order, never replaced in silence."""

from __future__ import annotations

import pytest

from kopir.base.registry import Registry


def test_things_are_found_by_name_in_the_order_in_which_they_came():
    pots = Registry[int]("pot")
    pots.add("b", 1)
    pots.add("a", 2)
    assert pots.get("a") == 2
    assert list(pots) == [("b", 1), ("a", 2)]
    assert "a" in pots
    assert "c" not in pots
    assert len(pots) == 2


def test_the_same_thing_twice_changes_nothing():
    pots = Registry[object]("pot")
    thing = object()
    pots.add("a", thing)
    pots.add("a", thing)
    assert len(pots) == 1


def test_two_things_of_one_name_are_refused():
    pots = Registry[object]("pot")
    pots.add("a", first := object())
    with pytest.raises(ValueError, match="there are two of pot 'a'"):
        pots.add("a", object())
    assert pots.get("a") is first


def test_what_is_not_there_is_named_with_what_is():
    pots = Registry[int]("pot")
    with pytest.raises(LookupError, match="no pot 'x'; registered: none"):
        pots.get("x")
    pots.add("b", 1)
    pots.add("a", 1)
    with pytest.raises(LookupError, match="registered: a, b"):
        pots.get("x")
