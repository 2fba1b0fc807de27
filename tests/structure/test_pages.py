"""The pages hold together: links lead somewhere, every page is reached from the map, versions and verbs agree."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from codebase import PAGES, ROOT, headings, list_files, list_pages, list_rooms, short

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]


def _links(path: Path) -> list[str]:
    """Targets of the links of a page, without code blocks and addresses elsewhere."""
    text = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text("utf-8"), flags=re.DOTALL)
    return [link for link in LINK.findall(text) if not re.match(r"[a-z]+:", link)]


def _target(page: Path, link: str) -> tuple[Path, str]:
    name, _, heading = link.partition("#")
    return ((page.parent / name).resolve() if name else page), heading


def test_every_link_leads_somewhere():
    broken = []
    for page in list_pages():
        for link in _links(page):
            path, heading = _target(page, link)
            is_there = path in list_files() or any(path in other.parents for other in list_files())
            if not is_there or (heading and heading not in headings(path)):
                broken.append(f"{short(page)}: {link}")
    assert not broken


def test_every_page_is_reached_from_the_readme():
    """A link to a folder reaches every page in it."""
    reached, waiting = set[Path](), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page.is_dir():
            waiting += [other for other in list_pages() if other.parent == page and other not in reached]
        elif page in list_pages() and page not in reached:
            reached.add(page)
            waiting += [_target(page, link)[0] for link in _links(page)]
    lost = [short(page) for page in list_pages() if page.is_relative_to(PAGES) and page not in reached]
    assert not lost, "link these from docs/map.md or from a page that it links"


def test_the_map_names_every_room_and_no_other():
    text = (PAGES / "map.md").read_text("utf-8")
    named = set(re.findall(r"^\| `src/kopir/(\w+)/` \|", text, flags=re.MULTILINE))
    assert named == set(list_rooms())


def test_the_readme_begins_with_the_two_commands():
    text = (ROOT / "README.md").read_text("utf-8")
    assert re.search(r"^make run$", text, flags=re.MULTILINE)
    assert re.search(r"^make test$", text, flags=re.MULTILINE)


def test_make_lists_every_verb():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    command = ["make", "-s", "--no-print-directory"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    phony = re.search(r"^\.PHONY: (.*)$", makefile, flags=re.MULTILINE)
    assert phony is not None
    assert [line.split()[0] for line in listed.splitlines()] == phony[1].split()


@pytest.mark.parametrize("name", ["README.md", "docs/map.md", "CHANGELOG.md", "SECURITY.md"])
def test_every_verb_that_a_page_names_exists(name):
    verbs = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), flags=re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", (ROOT / name).read_text("utf-8"), flags=re.MULTILINE))
    assert named <= verbs


def test_every_page_agrees_on_the_version():
    assert f"## {VERSION}" in (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert f"softwareVersion: {VERSION}\n" in (ROOT / "publiccode.yml").read_text("utf-8")


def test_how_github_names_a_heading(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# The `wire` room\n## 3. Record\n```\n# no heading\n```\n## 3. Record\n", "utf-8")
    assert headings(page) == {"the-wire-room", "3-record", "3-record-1"}
