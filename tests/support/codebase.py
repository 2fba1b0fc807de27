"""The repository as data, for the tests of its structure: files, modules, and exceptions that expire."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "kopir"
TESTS = ROOT / "tests"
PAGES = ROOT / "docs"
BUILT = {
    ".git",
    ".venv",
    "__pycache__",
    "build",
    "dist",
    "var",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".hypothesis",
}


@cache
def list_files() -> list[Path]:
    """Every file that git tracks or would track; in a tree without git, every file outside built folders."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        names = subprocess.run(command, capture_output=True, check=True, text=True).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):
        names = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if not BUILT & set(path.parts)]
    return sorted(ROOT / name for name in set(names) if name and (ROOT / name).is_file())


def list_modules(*folders: str) -> list[Path]:
    """Every Python file under these folders of the repository."""
    return [path for path in list_files() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in folders]


def list_pages() -> list[Path]:
    """Every Markdown page."""
    return [path for path in list_files() if path.suffix == ".md"]


def list_rooms() -> list[str]:
    """The rooms of the house that exist: folders of `src/kopir` with a module in them."""
    return sorted({path.relative_to(SOURCE).parts[0] for path in list_modules("src") if path.parent != SOURCE})


@cache
def parse(path: Path) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(path.read_text("utf-8"), str(path))


def short(path: Path) -> str:
    """A path as it is named in the repository, with slashes."""
    return path.relative_to(ROOT).as_posix()


def assert_only(found: Iterable[str], excused: Mapping[str, str], remedy: str) -> None:
    """Fail on whatever was found and is not excused, and on whatever is excused and no longer found.

    `excused` maps what may stand to the reason why.
    """
    faults = set(found)
    unexcused = sorted(faults - set(excused))
    assert not unexcused, f"{remedy}:\n  " + "\n  ".join(unexcused)
    expired = sorted(set(excused) - faults)
    assert not expired, "these exceptions are no longer needed, remove them:\n  " + "\n  ".join(expired)


def headings(page: Path) -> set[str]:
    """The anchors of a Markdown page's headings, as forges derive them."""
    anchors: set[str] = set()
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    for title in re.findall(r"^#+ (.*)$", text, flags=re.MULTILINE):
        anchor = re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-")
        numbers = (f"{anchor}-{number}" for number in range(1, 1000))
        anchors.add(anchor if anchor not in anchors else next(other for other in numbers if other not in anchors))
    return anchors
