"""The outlines of a country's regions as shapes to be drawn, from `outlines.json` (GeoJSON) of its pack. No Django.

A flat map: degrees of longitude are shortened by the cosine of the middle latitude, then all is fitted into a width.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import cos, radians
from typing import Any, Final

from kopir.bodies.pack import find_pack

WIDTH: Final = 600
"""Of the drawing, in its own units; outlines are rounded to whole ones, which keeps a page small."""
Point = tuple[float, float]


@dataclass(frozen=True)
class RegionMap:
    """A drawing of `width` by `height`: by the code of each region its outline, as SVG writes paths.

    `source` says where the outlines come from and under which license, as pages have to say.
    """

    width: int
    height: int
    paths: Mapping[str, str]
    source: str


@cache
def read_map(place: str) -> RegionMap | None:
    """The map of the pack at `place`; None where the pack has no outlines. Raises PackError for an unknown pack."""
    file = find_pack(place) / "outlines.json"
    if not file.is_file():
        return None
    data = json.loads(file.read_text("utf-8"))
    return draw({each["properties"]["code"]: each["geometry"] for each in data["features"]}, data["attribution"])


def draw(shapes: Mapping[str, Mapping[str, Any]], source: str) -> RegionMap:
    """The drawing of geometries (GeoJSON `Polygon` or `MultiPolygon`) by the codes of regions."""
    rings = {code: list(_rings(shape)) for code, shape in shapes.items()}
    points = [point for of_region in rings.values() for ring in of_region for point in ring]
    west, east = min(x for x, _y in points), max(x for x, _y in points)
    south, north = min(y for _x, y in points), max(y for _x, y in points)
    shorter = cos(radians((south + north) / 2))
    scale = WIDTH / ((east - west) * shorter)

    def place(point: Point) -> tuple[int, int]:
        return round((point[0] - west) * shorter * scale), round((north - point[1]) * scale)

    paths = {code: "".join(_path(map(place, ring)) for ring in of_region) for code, of_region in rings.items()}
    return RegionMap(WIDTH, round((north - south) * scale), paths, source)


def _rings(shape: Mapping[str, Any]) -> Iterator[Sequence[Point]]:
    polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
    for polygon in polygons:
        yield from polygon


def _path(points: Iterable[tuple[int, int]]) -> str:
    """A closed line; steps that rounding has made nothing of are left out, and so is a ring that is but a point."""
    steps: list[tuple[int, int]] = []
    for point in points:
        if not steps or point != steps[-1]:
            steps.append(point)
    if len(steps) < 4:
        return ""
    (x, y), *rest = steps
    drawn = [f"M{x} {y}l"]
    for next_x, next_y in rest[:-1]:
        drawn.append(f"{next_x - x} {next_y - y} ")
        x, y = next_x, next_y
    return "".join(drawn).rstrip() + "z"
