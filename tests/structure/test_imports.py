"""What import-linter cannot say: which libraries a room may use, and that `wire` reads no clock by another door."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from codebase import SOURCE, list_modules, list_rooms, parse, short

# Third-party libraries by room. A new one is decided here, in sight, with its license and its weight in mind.
LIBRARIES = {
    "wire": set(),
    "signing": {"asn1crypto", "cryptography"},
    "script": set(),
    "bridge": {"cryptography", "httptools", "prometheus_client", "uvloop"},
    "edge": set(),
    "base": {"cryptography", "django", "django_tasks", "django_tasks_db"},
    "design": {"django", "PIL"},
    "audit": {"django", "cryptography"},
    "search": {"django", "tantivy"},
    "pagecache": {"django"},
    "bodies": {"django", "holidays"},
    "accounts": {"allauth", "cryptography", "csp", "django", "django_stubs_ext", "jwt", "requests", "urllib3"},
    "banners": {"django"},
    "notices": {"django"},
    "websites": {"PIL", "csp", "django", "dns", "modelsearch", "nh3", "ninja", "pydantic", "taggit", "wagtail"},
    "duties": {"django", "ninja"},
    "inquiries": {"allauth", "django"},
    "statements": {"django"},
    "importing": {"defusedxml", "django", "nh3"},
    "upgrading": {"django", "wagtail"},
    "visits": {"django", "wagtail"},
    "config": {"csp", "django", "granian", "prometheus_client"},
    "operations": {"cryptography", "django", "prometheus_client"},
    "demo": {"cryptography", "django"},
}
WIRE_NEVER = {"asyncio", "logging", "os", "random", "secrets", "socket", "ssl", "threading", "time", "uuid", "pathlib"}
BUILTINS_NEVER = {"input", "open", "print"}
DATETIME_NEVER = {"now", "utcnow", "today"}


def _imports(tree: ast.AST) -> Iterator[str]:
    """The top-level names of everything that is imported, at any depth of the module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def _modules(room: str) -> list[Path]:
    return [path for path in list_modules("src") if path.is_relative_to(SOURCE / room)]


def test_every_room_has_its_list_of_libraries():
    assert sorted(LIBRARIES) == list_rooms()


@pytest.mark.parametrize("room", sorted(LIBRARIES))
def test_a_room_uses_its_libraries_and_no_others(room):
    used = {name for path in _modules(room) for name in _imports(parse(path))}
    used -= {"kopir", *sys.stdlib_module_names}
    assert not used - LIBRARIES[room], "decide on it in LIBRARIES, or do without"


def test_wire_has_no_clock_no_chance_and_no_machine():
    found = []
    for path in _modules("wire"):
        nodes = list(ast.walk(parse(path)))
        attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
        names = {node.id for node in nodes if isinstance(node, ast.Name)}
        doors = {*_imports(parse(path))} & WIRE_NEVER | names & BUILTINS_NEVER
        if "datetime" in names:
            doors |= attributes & DATETIME_NEVER
        found += [f"{short(path)}: {door}" for door in sorted(doors)]
    assert not found, "these are arguments: time, randomness, and whatever is outside"


def test_an_import_inside_a_function_is_seen():
    text = "def f():\n    import os.path\n    from time import time\n    from . import x\n"
    assert list(_imports(ast.parse(text))) == ["os", "time"]
