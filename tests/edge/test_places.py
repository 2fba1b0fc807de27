"""What is known of places: parameters that matter are learned and never unlearned, within bounds."""

from __future__ import annotations

from kopir.edge.places import KNOWN, KNOWN_MISSING, PASSED, PASSED_S, Places

HERE = ("http", "a.example", "/kk/")


def test_parameters_are_learned_and_stay():
    places = Places()
    assert places.find_params(HERE) is None
    assert places.learn(HERE, (), is_missing=False) == ()
    assert places.find_params(HERE) == ()
    assert places.learn(HERE, ("page",), is_missing=False) == ("page",)
    assert places.learn(HERE, ("a", "page"), is_missing=False) == ("a", "page")
    assert places.learn(HERE, (), is_missing=False) == ("a", "page")
    assert places.find_params(HERE) == ("a", "page")


def test_what_a_missing_page_taught_holds_too():
    places = Places()
    places.learn(HERE, ("q",), is_missing=True)
    assert places.find_params(HERE) == ("q",)
    assert places.learn(HERE, ("page",), is_missing=False) == ("page", "q")


def test_places_without_a_page_push_out_none_that_has_one():
    places = Places()
    places.learn(HERE, ("page",), is_missing=False)
    for number in range(KNOWN_MISSING + KNOWN):
        places.learn(("http", "a.example", f"/{number}"), (), is_missing=True)
    assert places.find_params(HERE) == ("page",)
    assert places.find_params(("http", "a.example", "/0")) is None


def test_the_number_of_places_is_bounded():
    places = Places()
    for number in range(KNOWN + 1):
        places.learn(("http", "a.example", f"/{number}"), (), is_missing=False)
    assert places.find_params(("http", "a.example", "/0")) is None
    assert places.find_params(("http", "a.example", f"/{KNOWN}")) == ()


def test_what_could_not_be_kept_is_remembered_for_a_while():
    places = Places()
    key = (*HERE, "")
    assert not places.was_passed(key, 100.0)
    places.pass_by(key, 100.0)
    assert places.was_passed(key, 100.0 + PASSED_S - 1)
    assert not places.was_passed(key, 100.0 + PASSED_S)
    places.pass_by(key, 100.0)
    for number in range(PASSED):
        places.pass_by((*HERE, str(number)), 100.0)
    assert not places.was_passed(key, 100.0)
