"""Files and functions stay small enough to be read at once, and every file begins by saying what it is."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from codebase import assert_only, list_modules, parse, short

LIMITS_LINES = {"src": 400, "tests": 500, "bench": 500, "fuzz": 500, "requirements": 400}
LIMIT_FUNCTION_LINES = 50
LIMIT_DOCSTRING_LINES = 40

LONG_FILES: dict[str, str] = {
    "src/kopir/websites/migrations/0001_initial.py": "written by `makemigrations`: the tables of nine types of pages",
    "src/kopir/websites/migrations/0007_types.py": "written by `makemigrations`: the tables of eleven types of pages",
}
LONG_FUNCTIONS: dict[str, str] = {}


def test_no_file_is_too_long():
    found = [
        short(path)
        for folder, limit in LIMITS_LINES.items()
        for path in list_modules(folder)
        if len(path.read_text("utf-8").splitlines()) > limit
    ]
    assert_only(found, LONG_FILES, f"split these files, limits are {LIMITS_LINES}")


def test_no_function_is_too_long():
    found = [
        f"{short(path)}:{name}"
        for path in list_modules(*LIMITS_LINES)
        for name, lines in _functions(parse(path))
        if lines > LIMIT_FUNCTION_LINES
    ]
    assert_only(found, LONG_FUNCTIONS, f"split these functions; the limit is {LIMIT_FUNCTION_LINES} lines")


def test_every_module_says_what_it_is():
    written = [path for path in list_modules(*LIMITS_LINES) if path.parent.name != "migrations"]  # Django writes those
    found = [short(path) for path in written if not _is_introduced(path)]
    assert not found, f"begin with a docstring of 1 to {LIMIT_DOCSTRING_LINES} lines:\n  " + "\n  ".join(found)


def _is_introduced(path: Path) -> bool:
    docstring = ast.get_docstring(parse(path))
    return bool(docstring) and len((docstring or "").splitlines()) <= LIMIT_DOCSTRING_LINES


def _functions(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Name and length of each function in lines, from `def` to the end and without the docstring."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if ast.get_docstring(node) is not None:
                first = node.body[0]
                lines -= (first.end_lineno or first.lineno) - first.lineno + 1
            yield node.name, lines


def test_a_docstring_does_not_make_a_function_long():
    text = 'def f():\n    """One\n\n    two\n    """\n    return 1\n\nasync def g():\n    return (\n        2\n    )\n'
    assert list(_functions(ast.parse(text))) == [("f", 2), ("g", 4)]
