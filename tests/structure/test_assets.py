"""Stylesheet, script and fonts are what was built from the sources that are committed; light, and free of brands."""

from __future__ import annotations

import hashlib
import json
import re

import pytest
from fontTools.ttLib import TTFont

from codebase import ROOT, list_files

ASSETS = ROOT / "assets"
STATIC = ROOT / "src" / "kopir" / "design" / "static" / "design"
LIMIT_SCRIPT_BYTES = 15 * 1024
ALPHABETS = {
    "Kazakh": "АаӘәБбВвГгҒғДдЕеЁёЖжЗзИиЙйКкҚқЛлМмНнҢңОоӨөПпРрСсТтУуҰұҮүФфХхҺһЦцЧчШшЩщЪъЫыІіЬьЭэЮюЯя",
    "Kazakh, Latin of 2021": "AaÄäBbDdEeFfGgĞğHhIıİiJjKkLlMmNnŊŋOoÖöPpQqRrSsŞşTtUuŪūÜüVvYyZz",
    "Tajik": "АаБбВвГгҒғДдЕеЁёЖжЗзИиӢӣЙйКкҚқЛлМмНнОоПпРрСсТтУуӮӯФфХхҲҳЧчҶҷШшЪъЭэЮюЯя",
    "Uzbek": "AaBbDdEeFfGgHhIiJjKkLlMmNnOoPpQqRrSsTtUuVvXxYyZzʻʼ",
    "Uzbek, Cyrillic": "АаБбВвГгДдЕеЁёЖжЗзИиЙйКкЛлМмНнОоПпРрСсТтУуФфХхЦцЧчШшЪъЬьЭэЮюЯяЎўҚқҒғҲҳ",
    "signs": "0123456789 №₸₽€$%«»“”„—–−×°…·",
}


def built():
    return json.loads((ASSETS / "built.json").read_text("utf-8"))


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_what_is_committed_is_what_was_built():
    found = {path.relative_to(STATIC).as_posix(): digest(path) for path in STATIC.rglob("*") if path.is_file()}
    assert found == built()["built"], "run: make assets"


def test_it_was_built_from_the_sources_as_they_are():
    kept = {"built.json", ".npmrc", ".gitignore"}
    files = {path.relative_to(ASSETS).as_posix(): path for path in list_files() if path.is_relative_to(ASSETS)}
    assert {name: digest(path) for name, path in files.items() if name not in kept} == built()["sources"], "make assets"


def test_the_lock_pins_every_package_by_its_hash_and_names_no_place():
    packages = json.loads((ASSETS / "package-lock.json").read_text("utf-8"))["packages"]
    own = packages.pop("")
    assert all("integrity" in package for package in packages.values())
    assert not any("resolved" in package for package in packages.values())
    assert all(re.fullmatch(r"[\d.]+", version) for version in own["devDependencies"].values())


def test_the_script_is_small():
    assert sum(path.stat().st_size for path in STATIC.rglob("*.js")) <= LIMIT_SCRIPT_BYTES


def characters_of(path):
    return set(map(chr, TTFont(path).getBestCmap()))


@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_the_fonts_have_every_letter(alphabet):
    held = set().union(*(characters_of(path) for path in STATIC.glob("fonts/*.woff2")))
    assert set(ALPHABETS[alphabet]) - held == set()


def test_each_font_is_asked_for_exactly_what_it_holds():
    style = (STATIC / "kopir.css").read_text("utf-8")
    faces = re.findall(r'@font-face\{[^}]*url\("?fonts/([\w-]+)\.woff2"?\)[^}]*unicode-range:([^;}]+)', style)
    assert len(faces) == 4
    for name, ranges in faces:
        spans = [span.strip().removeprefix("U+").partition("-") for span in ranges.split(",")]
        asked = {chr(code) for first, _, last in spans for code in range(int(first, 16), int(last or first, 16) + 1)}
        assert asked <= characters_of(STATIC / "fonts" / f"{name}.woff2")
        assert asked
    assert style.count("font-display:swap") == 4


@pytest.mark.parametrize("brand", ["GDS Transport", "crown", "crest.svg", "govuk-icon", "govuk-logo"])
def test_nothing_of_the_british_brand_is_taken(brand):
    names = [path.name for path in STATIC.rglob("*")]
    text = (STATIC / "kopir.css").read_text("utf-8") + (STATIC / "kopir.js").read_text("utf-8")
    assert brand not in text
    assert not any(brand in name for name in names)


def test_nothing_comes_from_elsewhere():
    style = (STATIC / "kopir.css").read_text("utf-8")
    assert {found.strip("\"'") for found in re.findall(r"url\(([^)]+)\)", style)} == {
        f"fonts/{path.name}" for path in STATIC.glob("fonts/*.woff2")
    }
    assert "@import" not in style


def test_the_licenses_are_there():
    text = (STATIC / "LICENSES.txt").read_text("utf-8")
    for words in ("The MIT License", "Crown Copyright", "SIL OPEN FONT LICENSE", "The Inter Project Authors"):
        assert words in text
