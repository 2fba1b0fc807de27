"""The page `docs/start/third-node.md` does what it says: each of its lines is run as it stands, beside a real stand.

Only the first block differs: there the ports and folders of the page are replaced by those of the test. After a
`bash` block comes the `text` block that it prints: each of its lines must be there, in this order; `…` is any text.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from codebase import PAGES
from plaincurl import folder_of_curl
from stands import free_first_port, running_stand

PAGE = PAGES / "start" / "third-node.md"
MARK = "=== block "


@dataclass(frozen=True)
class Step:
    """A block of commands, and the lines that the page promises of it."""

    number: int
    commands: str
    shown: tuple[str, ...]


def read_steps(text: str) -> list[Step]:
    """The blocks of a page: each of commands, with that of output behind it if there is one."""
    steps: list[Step] = []
    for language, block in re.findall(r"^```(\w+)\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL):
        if language == "bash":
            steps.append(Step(len(steps), block, ()))
        else:
            steps[-1] = Step(steps[-1].number, steps[-1].commands, tuple(block.splitlines()))
    return steps


def replace_settings(commands: str, settings: dict[str, object]) -> str:
    """Give the variables of the page the values of the test; all of them but PATH, and no others."""
    named = set(re.findall(r"\b([A-Z_]+)=", commands)) - {"PATH"}
    assert named == set(settings)
    return re.sub(r"\b([A-Z_]+)=(?!\")\S+", lambda found: f"{found[1]}={settings[found[1]]}", commands)


def is_shown(line: str, output: str) -> re.Match[str] | None:
    """Where a line of the page stands in the output; `…` is any text within a line."""
    pattern = ".*".join(re.escape(part) for part in line.split("…"))
    return re.search(rf"^{pattern}$", output, flags=re.MULTILINE)


def run_steps(steps: list[Step], folder: Path) -> dict[int, str]:
    """Run the blocks one after another in one bash; return what each printed, up to the first that failed."""
    script = "".join(f"echo '{MARK}{step.number}'\n{step.commands}" for step in steps)
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"], folder_of_curl()))
    environment = {**os.environ, "PATH": path}
    bash = subprocess.Popen(
        ["bash", "-euo", "pipefail", "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        cwd=folder,
        env=environment,
        start_new_session=True,
    )
    try:
        output, _ = bash.communicate(timeout=90)
    finally:
        _kill_group(bash.pid)
    assert bash.returncode == 0, output
    parts = re.split(rf"^{MARK}(\d+)\n", output, flags=re.MULTILINE)[1:]
    return {int(number): text for number, text in zip(parts[::2], parts[1::2], strict=True)}


def _kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


def test_the_page_adds_uzbekistan_to_the_running_stand(tmp_path: Path) -> None:
    steps = read_steps(PAGE.read_text("utf-8"))
    first = free_first_port(30)
    names = ("UZ_CLIENT", "UZ_PEER", "UZ_CONTROL", "UZ_DIRECTORY", "UZ_REGISTER", "UZ_STAMPS")
    settings: dict[str, object] = {name: first + 20 + place for place, name in enumerate(names)}
    settings |= {"KZ_CLIENT": first, "KZ_CONTROL": first + 2, "TJ_CLIENT": first + 10, "TJ_CONTROL": first + 12}
    settings |= {"STAND": tmp_path / "stand", "UZ": tmp_path / "uz"}
    steps[0] = Step(0, replace_settings(steps[0].commands, settings), ())

    with running_stand(tmp_path / "stand", first):
        printed = run_steps(steps, tmp_path)

    assert list(printed) == [step.number for step in steps]
    for step in steps:
        rest = printed[step.number]
        for line in step.shown:
            found = is_shown(line, rest)
            assert found, f"the page shows {line!r}, which is not in:\n{rest}"
            rest = rest[found.end() :]
