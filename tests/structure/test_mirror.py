"""Every module has its test and every test its module, under the same name.

`src/kopir/wire/names.py` is tested by `tests/wire/test_names.py`, or by `test_names_ASPECT.py` files beside it when
one file would be too long. The modules of a package inside a room are tested one by one in a folder of the same name,
or together by the package's own test: `tests/wire/test_directory.py`.
"""

from __future__ import annotations

import ast
from pathlib import Path

from codebase import SOURCE, TESTS, assert_only, list_modules, parse, short

UNTESTED = {
    "src/kopir/wire/errors.py": "classes without behavior; every test of the room raises them",
}
STRAY: dict[str, str] = {
    "tests/bridge/test_faults_client.py": "what clients do wrong, through two whole nodes",
    "tests/bridge/test_faults_crash.py": "processes killed and disks that refuse, seen from both nodes",
    "tests/bridge/test_faults_directory.py": "what directories do to running nodes",
    "tests/bridge/test_faults_peer.py": "noise at every port, and clocks that differ",
    "tests/websites/test_tenancy.py": "every address of the administration, called with another website's things",
}
OWN_FOLDERS = {
    "bench": "what the benchmark counts and refuses; it is no part of the package",
    "fuzz": "that the fuzzers run and find; they are no part of the package",
    "structure": "tests of the codebase itself",
    "support": "what tests share",
    "independent": "verifiers that import nothing of ours",
    "journeys": "whole stories, told in pages and run from them",
}


def _has_behavior(path: Path) -> bool:
    """Whether a module does more than gather names: a function but `__str__`."""
    functions = (node for node in ast.walk(parse(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return any(node.name != "__str__" for node in functions)


def _is_migration(path: Path) -> bool:
    """Each step of the tables is run by every test that touches the database."""
    return path.parent.name == "migrations"


def _tests_of(path: Path) -> list[Path]:
    """Where the tests of a module may be, without the aspect at the end."""
    inner = path.relative_to(SOURCE)
    if inner.name in {"__init__.py", "__main__.py"}:
        inner = inner.parent
    inner = inner.with_suffix("")
    own = TESTS / inner.parent / f"test_{inner.name}.py"
    packages = [folder for folder in inner.parents if len(folder.parts) > 1]
    together = [
        place / f"test_{folder.name}.py" for folder in packages for place in (TESTS / folder, TESTS / folder.parent)
    ]
    return [own, *together]


def _modules_of(test: Path) -> list[Path]:
    """Which modules a test may be of: `test_a_b_c.py` is of `a_b_c`, `a_b` or `a`."""
    words = test.stem.removeprefix("test_").split("_")
    folder = SOURCE / test.parent.relative_to(TESTS)
    stems = ["_".join(words[:count]) for count in range(len(words), 0, -1)]
    return [place for stem in stems for place in (folder / f"{stem}.py", folder / stem / "__init__.py")]


def _mirrored_tests() -> list[Path]:
    tests = [path for path in list_modules("tests") if path.name.startswith("test_")]
    return [path for path in tests if path.relative_to(TESTS).parts[0] not in OWN_FOLDERS]


def test_every_module_with_behavior_has_its_test():
    stems = [path.with_suffix("") for path in _mirrored_tests()]

    def is_tested(path: Path) -> bool:
        places = [place.with_suffix("") for place in _tests_of(path)]
        return any(stem == place or str(stem).startswith(f"{place}_") for stem in stems for place in places)

    def needs_test(path: Path) -> bool:
        return _has_behavior(path) and not _is_migration(path)

    untested = [short(path) for path in list_modules("src") if needs_test(path) and not is_tested(path)]
    assert_only(untested, UNTESTED, "these modules have no test of their name")


def test_every_test_has_its_module():
    strays = [short(test) for test in _mirrored_tests() if not any(path.is_file() for path in _modules_of(test))]
    assert_only(strays, STRAY, "these tests are named after no module")


def test_the_folders_with_a_purpose_of_their_own_exist():
    folders = {path.relative_to(TESTS).parts[0] for path in list_modules("tests")}
    assert set(OWN_FOLDERS) <= folders, "remove what is not there from OWN_FOLDERS"


def test_where_a_test_is_looked_for():
    assert [short(path) for path in _tests_of(SOURCE / "wire" / "names.py")] == ["tests/wire/test_names.py"]
    assert [short(path) for path in _tests_of(SOURCE / "bridge" / "journal" / "tree.py")] == [
        "tests/bridge/journal/test_tree.py",
        "tests/bridge/journal/test_journal.py",
        "tests/bridge/test_journal.py",
    ]
    assert SOURCE / "wire" / "r1.py" in _modules_of(TESTS / "wire" / "test_r1_hostile.py")
    assert SOURCE / "wire" / "r1.py" not in _modules_of(TESTS / "wire" / "test_rights.py")
