"""What no file of the repository may hold: addresses of registries, paths of one machine, unfinished work."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from codebase import ROOT, assert_only, list_files, list_modules, short

# Written in pieces, so that this file passes its own test.
REGISTRY_HOSTS = [
    "py" + "pi.org",
    "python" + "hosted.org",
    "registry.npm" + "js",
    "deb.deb" + "ian.org",
    "archive.ubu" + "ntu.com",
    "crates" + ".io",
]
MACHINE_PATH = re.compile(r"(?<![\w.\-~$}/])/(?:home|root|Users|work|workspace)/[\w.\-]+")
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX|NotImplemented" + r"Error)\b|pragma: no co" + r"ver")
HOMES = "/ho" + "me"
HERE = f"{ROOT}/" if len(ROOT.parts) > 2 else "\0"  # a clone in /kopir says nothing about a machine
EXCUSED_PATHS: dict[str, str] = {}
EXCUSED_UNFINISHED: dict[str, str] = {}


def _text(path: Path) -> str:
    """The text of a file, empty for one that is not UTF-8."""
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return ""


@pytest.mark.parametrize("host", REGISTRY_HOSTS)
def test_no_registry_is_named(host):
    assert [short(path) for path in list_files() if host in _text(path)] == []


def test_no_path_of_one_machine_is_named():
    found = [short(path) for path in list_files() if MACHINE_PATH.search(_text(path)) or HERE in _text(path)]
    assert_only(found, EXCUSED_PATHS, "name no path of your own machine")


def test_nothing_is_left_unfinished():
    found = [short(path) for path in list_modules("src", "tests", "bench", "fuzz") if UNFINISHED.search(_text(path))]
    assert_only(found, EXCUSED_UNFINISHED, "finish it, or open an issue")


@pytest.mark.parametrize(
    ("text", "is_machine_path"),
    [
        ("see {}/anna/kopir", True),
        ('"{}/x"', True),
        ("https://example.org{}/anna", False),
        ("/var/lib/kopir", False),
        ("~{}/anna", False),
    ],
)
def test_what_counts_as_a_path_of_one_machine(text, is_machine_path):
    assert bool(MACHINE_PATH.search(text.format(HOMES))) is is_machine_path
