"""Nothing about a country stands in code: what makes a node a country's is its country pack, a folder of data."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from codebase import SOURCE, assert_only, list_files, parse, short

# Where countries belong: the packs, the demonstration, the alphabets, and what shows components in them.
HOMES = (
    "bodies/packs",
    "websites/packs",
    "demo",
    "script",
    "design/catalog.py",
    "design/forms.py",
    "design/templates/design/components.html",
    "design/templates/design/examples",
)
TEXTS = {".html", ".txt", ".css", ".js", ".toml", ".json", ".svg", ".csv"}
CODES = (
    r"\b(?:KZ|TJ|UZ|KAZ|TJK|UZB|KZT|TJS|UZS|kz|tj|uz|kk|tg|IIN|BIN|PINFL|STIR|RMA|KATO|SOATO|iin|pinfl|kato|soato)\b"
)
NAMES = (
    r"(?i:kazakh|qazaq|tajik|tojik|uzbek|oʻzbek|almaty|astana|dushanbe|tashkent|toshkent|akimat|hokimat"
    r"|қазақ|казах|тоҷик|таджик|ўзбек|узбек|алмат|астан|душанбе|ташкент|тошкент|әкім|аким|хоким)"
)
FOUND = re.compile(f"{CODES}|{NAMES}")

_EXAMPLE = "an example in what the command tells its reader"
EXCUSED: dict[str, str] = {
    "src/kopir/bridge/cli/anchor.py": _EXAMPLE,
    "src/kopir/bridge/cli/ca.py": _EXAMPLE,
    "src/kopir/bridge/cli/keys.py": _EXAMPLE,
    "src/kopir/bridge/cli/main.py": _EXAMPLE,
    "src/kopir/bridge/config/load.py": _EXAMPLE,
    "src/kopir/bridge/publish.py": _EXAMPLE,
    "src/kopir/signing/csr.py": _EXAMPLE,
    "src/kopir/config/settings_test.py": "tests run as some country",
}


def _is_at_home(path: Path) -> bool:
    inner = path.relative_to(SOURCE).as_posix()
    return any(inner == home or inner.startswith(f"{home}/") for home in HOMES)


def _words(tree: ast.Module) -> Iterator[str]:
    """What a program says and how its parts are named; not what its docstrings and comments tell a developer."""
    told = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and ast.get_docstring(node, clean=False) is not None
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value
        elif isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.FunctionDef | ast.ClassDef | ast.alias):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg


def _find(path: Path) -> set[str]:
    words = _words(parse(path)) if path.suffix == ".py" else [path.read_text("utf-8")]
    return {match[0].lower() for word in words for match in FOUND.finditer(word.replace("_", " "))}


def test_code_knows_no_country():
    sources = [path for path in list_files() if path.is_relative_to(SOURCE) and path.suffix in {".py", *TEXTS}]
    found = {short(path): sorted(_find(path)) for path in sources if not _is_at_home(path)}
    known = {name: words for name, words in found.items() if words}
    assert_only(known, EXCUSED, f"a country's own belongs in its pack, src/kopir/bodies/packs: {known}")


def test_the_homes_of_countries_exist():
    assert [home for home in HOMES if not (SOURCE / home).exists()] == [], "remove what is not there from HOMES"


@pytest.mark.parametrize(
    "text",
    [
        'x = "kk"',
        'x = "Asia/Almaty"',
        "def check_iin(): pass",
        'x = {"KZ": 1}',
        "kz_rules = 1",
        'title = "Әкімдік"',
        'f"{x} KZT"',
        "import uz_calendar",
    ],
)
def test_what_is_seen(text):
    assert any(FOUND.search(word.replace("_", " ")) for word in _words(ast.parse(text))), text


@pytest.mark.parametrize(
    "text",
    ['"""Kazakhstan, KZ, kk."""', "# kk\nx = 1", 'x = "bank"', 'x = "kkk"', "combine = 1", 'x = "trigger"'],
)
def test_what_is_no_country(text):
    assert not any(FOUND.search(word.replace("_", " ")) for word in _words(ast.parse(text))), text
