"""Tables and rows made into facts."""

from __future__ import annotations

import tomllib

from kopir.bodies.country import Hours
from kopir.bodies.pack import find_pack, read_country
from kopir.bodies.pack_parts import bodies_from, country_from, day_from, region_from
from kopir.bodies.pack_reading import Entry


def entry(**fields: object) -> Entry:
    return Entry("x", fields, [])


def test_a_country():
    text = (find_pack("uz") / "country.toml").read_text("utf-8")
    one = Entry("country.toml", tomllib.loads(text), [])
    country = country_from(one)
    assert one.problems == []
    assert (country.code, country.zone.key, country.currency.code) == ("UZ", "Asia/Tashkent", "UZS")
    assert list(country.identifiers) == ["PINFL", "STIR"]


def test_a_label_goes_before_the_name_of_the_list():
    row = entry(code="1", level="1", name_kk="Абай", label_kk="Абай облысы", name_ru="Абайская")
    assert region_from(row, read_country("kz")).names == {"kk": "Абай облысы", "ru": "Абайская"}
    nameless = entry(code="1", level="1")
    region_from(nameless, read_country("kz"))
    assert nameless.problems == ["x: name: give the name in at least one language"]


def test_a_body_takes_its_post_and_hours_by_name():
    texts = {"uz": "A", "ru": "Б", "en": "C"}
    open_ = {"days": [1], "opens": "09:00", "closes": "18:00"}
    body = {"slug": "a", "kind": "agency", "names": texts, "head": "director", "hours": "office"}
    one = entry(hours={"office": {"open": [open_]}}, bodies=[body])
    (made,) = bodies_from(one, read_country("uz"), {"UZ-TK"})
    assert one.problems == []
    assert (made.head["en"], made.hours) == ("Director", (Hours((1,), "09:00", "18:00"),))


def test_a_day():
    row = entry(
        day="2026-03-09", kind="holiday", name_tg="Р", name_ru="Д", name_en="D", is_moved="yes", moved_from="2026-03-08"
    )
    day = day_from(row, read_country("tj"))
    assert (str(day.on), day.is_moved, str(day.moved_from), day.is_estimated) == (
        "2026-03-09",
        True,
        "2026-03-08",
        False,
    )
