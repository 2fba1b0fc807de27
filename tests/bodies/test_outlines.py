"""Outlines of regions: drawn from what the pack has, small, and none where it has none."""

from __future__ import annotations

import csv
import json
import re
from itertools import pairwise

import pytest

from kopir.bodies.outlines import WIDTH, draw, read_map
from kopir.bodies.pack import PackError, find_pack, read_pack

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


@pytest.mark.parametrize("country", ["kz", "tj", "uz"])
def test_every_region_of_the_register_has_its_outline_and_the_map_is_small(country):
    drawn = read_map(country)
    assert drawn is not None
    assert drawn.source
    assert set(drawn.paths) == {region.code for region in read_pack(country).regions if region.level == "region"}
    assert all(re.fullmatch(r"(?:M\d+ \d+l[-\d ]+z)+", path) for path in drawn.paths.values())
    assert sum(map(len, drawn.paths.values())) < 16_000


def test_the_middle_of_each_region_lies_within_its_outline():
    """The register has a point of each region of Tajikistan, from another source than the outlines."""
    pack = find_pack("tj")
    outlines = json.loads((pack / "outlines.json").read_text("utf-8"))
    shapes = {each["properties"]["code"]: each["geometry"]["coordinates"] for each in outlines["features"]}
    with (pack / "regions.csv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["level"] == "1"]
    within = {row["code"]: _holds(shapes[row["code"]], float(row["lon"]), float(row["lat"])) for row in rows}
    assert within == dict.fromkeys(shapes, True)


def _holds(polygons, x, y):
    """Whether a point lies within: a line from it crosses the rings an odd number of times."""
    edges = [edge for rings in polygons for ring in rings for edge in pairwise(ring)]
    crossed = [(x2 - x1) * (y - y1) / (y2 - y1) + x1 > x for (x1, y1), (x2, y2) in edges if (y1 > y) != (y2 > y)]
    return sum(crossed) % 2 == 1


def test_a_pack_without_outlines_has_no_map_and_an_unknown_pack_is_refused(tmp_path):
    (tmp_path / "country.toml").write_text("", "utf-8")
    assert read_map(str(tmp_path)) is None
    with pytest.raises(PackError):
        read_map("zz")
