"""Outlines of regions: drawn from what the pack has, small, and none where it has none."""

from __future__ import annotations

import re

import pytest

from kopir.bodies.outlines import WIDTH, draw, read_map
from kopir.bodies.pack import PackError, read_pack

SQUARE = [[10.0, 0.0], [20.0, 0.0], [20.0, 10.0], [10.0, 10.0], [10.0, 0.0]]


def test_a_square_is_drawn_from_the_north_west_corner():
    drawn = draw({"A": {"type": "Polygon", "coordinates": [SQUARE]}}, "a, CC0")
    assert (drawn.width, drawn.height, drawn.source) == (WIDTH, 602, "a, CC0")
    assert drawn.paths["A"] == "M0 602l600 0 0 -602 -600 0z"


def test_islands_are_one_path_and_what_is_too_small_to_be_seen_is_left_out():
    far = [[x + 90, y] for x, y in SQUARE]
    dot = [[x / 10_000, y / 10_000] for x, y in SQUARE]
    drawn = draw({"A": {"type": "MultiPolygon", "coordinates": [[SQUARE], [far], [dot]]}}, "")
    assert drawn.paths["A"].count("M") == 2


def test_every_region_of_the_register_has_its_outline_and_the_map_is_small():
    drawn = read_map("kz")
    assert drawn is not None
    assert set(drawn.paths) == {region.code for region in read_pack("kz").regions if region.level == "region"}
    assert all(re.fullmatch(r"(?:M\d+ \d+l[-\d ]+z)+", path) for path in drawn.paths.values())
    assert sum(map(len, drawn.paths.values())) < 16_000


def test_a_pack_without_outlines_has_no_map_and_an_unknown_pack_is_refused():
    assert read_map("tj") is None
    with pytest.raises(PackError):
        read_map("zz")
