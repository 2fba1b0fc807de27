"""Locks what pyproject.toml asks for, with hashes and without addresses: runtime.txt, portal.txt and dev.txt.

The bridge alone installs runtime.txt; portal.txt and dev.txt hold its versions and add to them, each to the one before.
`lock.py` makes the files anew with the newest versions that fit, for Python 3.11 to 3.14 at once; it fetches the
locker, uv, into an environment that it throws away. `lock.py --check` works offline and says what is out of step.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

FOLDER = Path(__file__).parent
PYPROJECT = FOLDER.parent / "pyproject.toml"
RUNTIME = FOLDER / "runtime.txt"
PORTAL = FOLDER / "portal.txt"
DEV = FOLDER / "dev.txt"
LOCKER = "uv>=0.9,<1"
OPTIONS = (
    "--quiet",
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-header",
    "--no-annotate",
    "--no-emit-index-url",
)


def main() -> int:
    """Lock, or with --check compare; the exit status is 1 when something is out of step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; say what is out of step")
    if not parser.parse_args().check:
        make_locks()
    faults = find_faults(*(path.read_text("utf-8") for path in (PYPROJECT, RUNTIME, PORTAL, DEV)))
    for fault in faults:
        print(f"requirements: {fault}; the remedy: make lock", file=sys.stderr)
    return 1 if faults else 0


def make_locks() -> None:
    """Write the three files; each holds the versions of the one before and adds to them."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        bin_folder = Path(folder) / "bin"
        subprocess.run([bin_folder / "pip", "install", "--quiet", LOCKER], check=True)
        compile_command = [str(bin_folder / "uv"), "pip", "compile", *OPTIONS, "--upgrade", str(PYPROJECT)]
        for path, options in (
            (RUNTIME, ()),
            (PORTAL, ("--extra", "portal", "-c", str(RUNTIME))),
            (DEV, ("--extra", "portal", "--group", "dev", "-c", str(PORTAL))),
        ):
            subprocess.run([*compile_command, *options, "--output-file", str(path)], check=True)


def find_faults(pyproject: str, runtime: str, portal: str, dev: str) -> list[str]:
    """What is out of step between the texts of pyproject.toml and of the three locks, one sentence each."""
    project = tomllib.loads(pyproject)
    asked = project["project"]["dependencies"]
    asked_by_portal = asked + project["project"]["optional-dependencies"]["portal"]
    faults: list[str] = []
    locks = {}
    for name, text, wanted in (
        ("runtime.txt", runtime, asked),
        ("portal.txt", portal, asked_by_portal),
        ("dev.txt", dev, asked_by_portal + project["dependency-groups"]["dev"]),
    ):
        locks[name] = versions = _parse_lock(name, text, faults)
        for line in wanted:
            requirement = Requirement(line)
            version = versions.get(canonicalize_name(requirement.name))
            if version is None:
                faults.append(f"{name} does not lock {requirement.name}")
            elif version not in requirement.specifier:
                faults.append(f"{name} locks {requirement.name} {version}, pyproject.toml asks for {requirement}")
    for lower, upper in (("runtime.txt", "portal.txt"), ("portal.txt", "dev.txt")):
        for package, version in locks[lower].items():
            if locks[upper].get(package) != version:
                faults.append(f"{upper} does not lock {package} {version} as {lower} does")
    return faults


def _parse_lock(name: str, text: str, faults: list[str]) -> dict[str, str]:
    """Versions by canonical package name; adds to `faults` any line that is not a version with its hashes."""
    versions: dict[str, str] = {}
    for entry in text.replace("\\\n", " ").splitlines():
        words, *hashes = entry.split("--hash=sha256:")
        package, pinned, rest = words.partition("==")
        if not pinned or not hashes or "://" in entry:
            faults.append(f"{name} has a line that is not a version with its hashes: {entry[:60]!r}")
            continue
        versions[canonicalize_name(package.strip())] = rest.split(";")[0].strip()
    return versions


if __name__ == "__main__":
    sys.exit(main())
