"""What the facts of a pack say of themselves."""

from __future__ import annotations

from kopir.bodies.country import Hours
from kopir.bodies.pack import read_country


def test_the_first_script_is_the_source():
    uzbek = read_country("uz").languages[0]
    assert (uzbek.code, uzbek.source.code, [script.code for script in uzbek.variants]) == ("uz", "Latn", ["Cyrl"])


def test_schemes_by_subject():
    country = read_country("kz")
    assert [scheme.code for scheme in country.identifiers_of("person")] == ["IIN"]
    assert [scheme.code for scheme in country.identifiers_of("body")] == ["BIN"]


def test_hours_as_they_are_stored():
    assert Hours((1, 2), "09:00", "18:00").as_json() == {"days": [1, 2], "opens": "09:00", "closes": "18:00"}
    assert Hours((1,), "09:00", "18:00", ("13:00", "14:00")).as_json()["pause"] == ["13:00", "14:00"]
