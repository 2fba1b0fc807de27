"""Every promise of a room names the test, benchmark or page that shows it, and what is named is there and runs.

`docs/promises/ROOM.md` holds tables `| promise | shown by |`: one sentence, then one or more of
`tests/…/test_x.py::test_name`, `bench/…`, `fuzz/…`, `.ci/…`, `docs/….md` (with `#heading` if it is a part), in
backticks, or the words: not yet.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from codebase import PAGES, ROOT, headings, list_files, list_rooms, parse, short

HEADER = ("promise", "shown by")
SKIPPING = {"skip", "skipif", "xfail"}


@dataclass(frozen=True)
class Promise:
    """One row: where it stands, the sentence, and what shows it (empty: not yet)."""

    where: str
    sentence: str
    shown_by: tuple[str, ...]


def read_promises(where: str, text: str) -> Iterator[Promise]:
    """The rows of every promise table of a page. Raises ValueError for a row that does not have the form."""
    is_inside = False
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("|"):
            is_inside = False
            continue
        cells = tuple(cell.strip() for cell in line.strip().strip("|").split("|"))
        if cells == HEADER:
            is_inside = True
        elif is_inside and set(line) - set("|-: "):
            yield _promise(f"{where}:{number}", cells)


def _promise(where: str, cells: tuple[str, ...]) -> Promise:
    if len(cells) != len(HEADER) or not cells[0].endswith("."):
        fault = f"{where}: a promise is one sentence with a full stop, then what shows it"
        raise ValueError(fault)
    shown_by = tuple(re.findall(r"`([^`]+)`", cells[1]))
    if not shown_by and cells[1] != "not yet":
        fault = f"{where}: name what shows it in backticks, or write: not yet"
        raise ValueError(fault)
    return Promise(where, cells[0], shown_by)


def fault_of(reference: str) -> str | None:
    """Why `reference` shows nothing, or None if it stands."""
    name, _, inner = reference.partition("::")
    name, _, heading = name.partition("#")
    path = ROOT / name
    if path not in list_files():
        return f"there is no {name}"
    folder = name.partition("/")[0]
    if folder == "tests":
        return _fault_of_test(parse(path), inner.split("::")) if inner else "name the test in that file"
    if folder not in {".ci", "bench", "docs", "fuzz"}:
        return "only tests, bench, fuzz, docs and .ci show anything"
    if heading and heading not in headings(path):
        return f"{name} has no heading #{heading}"
    return None


def _fault_of_test(tree: ast.Module, names: list[str]) -> str | None:
    marks = [node for node in tree.body if isinstance(node, ast.Assign) and _mentions(node.targets, {"pytestmark"})]
    scopes: list[ast.stmt] = [*marks]
    body = tree.body
    for name in names:
        found = [node for node in body if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)]
        match = next((node for node in found if node.name == name.partition("[")[0]), None)
        if match is None:
            return f"there is no {name}"
        scopes.append(match)
        body = match.body
    return f"{names[-1]} is skipped" if any(_is_skipped(scope) for scope in scopes) else None


def _is_skipped(scope: ast.stmt) -> bool:
    if isinstance(scope, ast.Assign):
        return _mentions([scope.value], SKIPPING)
    decorators = getattr(scope, "decorator_list", [])
    calls = [node.func for node in ast.walk(scope) if isinstance(node, ast.Call)]
    return _mentions(decorators, SKIPPING) or _mentions(calls, {"importorskip", "skip", "xfail"})


def _mentions(nodes: list[ast.expr], names: set[str]) -> bool:
    found = [inner for node in nodes for inner in ast.walk(node)]
    return any(getattr(node, "attr", getattr(node, "id", None)) in names for node in found)


def _pages() -> list[Path]:
    return [path for path in list_files() if path.parent == PAGES / "promises" and path.suffix == ".md"]


def test_every_room_has_its_promises():
    assert {path.stem for path in _pages()} >= set(list_rooms())


def test_every_promise_is_shown_by_something_that_runs():
    promises = [promise for path in _pages() for promise in read_promises(short(path), path.read_text("utf-8"))]
    faults = [
        f"{promise.where}: {reference}: {fault}"
        for promise in promises
        for reference in promise.shown_by
        if (fault := fault_of(reference))
    ]
    assert not faults, "\n" + "\n".join(faults)


def test_every_page_of_promises_makes_some():
    empty = [short(path) for path in _pages() if not list(read_promises("", path.read_text("utf-8")))]
    assert not empty


def test_what_a_row_may_look_like():
    text = (
        "| promise | shown by |\n|---|---|\n| It flies. | `tests/a.py::test_a`, `bench/b.py` |\n| It lands. | not yet |"
    )
    assert [promise.shown_by for promise in read_promises("p", text)] == [("tests/a.py::test_a", "bench/b.py"), ()]
    other = "| word | meaning |\n|---|---|\n| no promise | at all |\n"
    assert list(read_promises("p", other)) == []


@pytest.mark.parametrize("row", ["| It flies. | soon |", "| It flies | not yet |", "| It flies. |", "| It flies. | |"])
def test_a_row_of_another_form_is_refused(row):
    with pytest.raises(ValueError, match="p:3: "):
        list(read_promises("p", f"| promise | shown by |\n|---|---|\n{row}\n"))


@pytest.mark.parametrize(
    ("reference", "fault"),
    [
        ("tests/structure/test_promises.py::test_every_room_has_its_promises", None),
        ("tests/structure/test_promises.py::test_gone", "there is no test_gone"),
        ("tests/structure/test_promises.py", "name the test in that file"),
        ("tests/structure/test_gone.py::test_a", "there is no tests/structure/test_gone.py"),
        ("docs/reference/protocol.md#3-record", None),
        ("docs/reference/protocol.md#3-records", "docs/reference/protocol.md has no heading #3-records"),
        ("src/kopir/__init__.py", "only tests, bench, fuzz, docs and .ci show anything"),
    ],
)
def test_what_shows_a_promise(reference, fault):
    assert fault_of(reference) == fault


@pytest.mark.parametrize(
    ("text", "is_skipped"),
    [
        ("def test_a(): pass", False),
        ("@pytest.mark.skip\ndef test_a(): pass", True),
        ("@pytest.mark.skipif(True, reason='x')\nasync def test_a(): pass", True),
        ("@pytest.mark.xfail\ndef test_a(): pass", True),
        ("pytestmark = pytest.mark.skip\ndef test_a(): pass", True),
        ("def test_a():\n    pytest.skip('no nginx')", True),
        ("@pytest.mark.parametrize('skip', [1])\ndef test_a(skip): pass", False),
        ("@pytest.mark.skip\ndef test_b(): pass\ndef test_a(): pass", False),
    ],
)
def test_a_skipped_test_shows_nothing(text, is_skipped):
    assert (_fault_of_test(ast.parse(text), ["test_a"]) is not None) is is_skipped
