"""The lists of regions: complete, consistent, asked by code, level and parent."""

from __future__ import annotations

import pytest

from kopir.demo.territory import COUNTRY_NAMES, load_territory


def test_a_region_is_found_by_its_kato_code():
    place = load_territory("kz").places["110000000"]
    assert (place.level, place.parent, place.iso_3166_2) == ("region", None, "KZ-11")
    assert dict(place.names) == {"kk": "Ақмола", "ru": "Акмолинская", "en": "Akmola"}
    assert place.location == (51.874, 69.867)


@pytest.mark.parametrize(("country", "regions", "districts"), [("kz", 20, 224), ("tj", 5, 76), ("uz", 14, 0)])
def test_each_list_is_complete_and_every_district_lies_in_a_region(country, regions, districts):
    territory = load_territory(country)
    assert len(territory.list_places(level="region")) == regions
    assert len(territory.list_places(level="district")) == districts
    assert all(
        territory.places[place.parent or ""].level == "region" for place in territory.list_places(level="district")
    )
    assert list(territory.places) == [place.code for place in territory.list_places()]


def test_districts_are_listed_by_their_region():
    places = load_territory("tj").list_places(level="district", parent="TJK005")
    assert "TJK005D008" in [place.code for place in places]
    assert {place.parent for place in places} == {"TJK005"}
    assert load_territory("tj").list_places(level="region", parent="TJK005") == []


def test_a_name_that_the_publisher_lacks_is_given_in_the_states_own_language():
    khorugh = load_territory("tj").places["TJK005D008"]
    assert khorugh.names["ru"] is None
    assert khorugh.name_in("ru") == khorugh.name_in("tg") == "Хоруғ"
    assert khorugh.name_in("en") == "Khorugh"


def test_the_states_own_language_comes_first():
    assert [load_territory(country).languages[0] for country in COUNTRY_NAMES] == ["kk", "tg", "uz"]


@pytest.mark.parametrize("country", ["KZ", "kg", "", "../regions/kz"])
def test_no_other_file_is_read(country):
    with pytest.raises(KeyError):
        load_territory(country)
