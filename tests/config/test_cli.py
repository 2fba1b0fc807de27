"""The portal's programs on the command line: they say in words what is missing, and are not needed by a bare node."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from kopir.base import worker
from kopir.bridge.cli.main import build_parser, main
from kopir.config import cli, serving

PUBLIC = {
    "KOPIR_COUNTRY": "kz",
    "KOPIR_SECRET_KEY": "0123456789" * 5,
    "KOPIR_ADDRESS": "https://portal.example.org",
}


def _run(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KOPIR_", "DJANGO_", "DATABASE"))}
    command = [sys.executable, "-m", "kopir.bridge.cli.main", *words]
    return subprocess.run(command, env={**kept, **variables}, capture_output=True, text=True, check=False)


def test_a_new_portal_is_migrated_and_its_jobs_are_done(tmp_path):
    variables = {**PUBLIC, "KOPIR_FOLDER": str(tmp_path / "new" / "portal")}
    early = _run("portal", **variables)
    assert (early.returncode, early.stderr) == (
        2,
        "kopir: migrations are missing: run `kopir manage migrate`, and see DATABASE_URL or KOPIR_FOLDER\n",
    )
    assert _run("manage", "migrate", "--verbosity=0", **variables).returncode == 0
    assert (tmp_path / "new" / "portal").stat().st_mode & 0o007 == 0
    done = _run("worker", "--once", **variables)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("words", [("portal",), ("worker",), ("manage", "check")])
def test_what_is_missing_is_told_a_line_each(words):
    done = _run(*words)
    assert done.returncode == 2
    lines = done.stderr.splitlines()
    assert [line.partition(" needs")[0].partition(": say")[0].partition(": name")[0] for line in lines] == [
        "kopir: KOPIR_COUNTRY",
        "kopir: KOPIR_SECRET_KEY:",
        "kopir: KOPIR_ADDRESS",
    ]


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    done = _run("worker", "--once", **PUBLIC, KOPIR_FOLDER=str(tmp_path / "file" / "portal"))
    assert (done.returncode, done.stderr) == (2, f"kopir: KOPIR_FOLDER: {tmp_path}/file/portal: Not a directory\n")


def test_a_node_without_the_portal_is_told_how_to_get_it(monkeypatch, capsys):
    monkeypatch.setattr(cli, "find_spec", lambda name: None)
    assert main(["worker", "--once"]) == 2
    assert capsys.readouterr().err == "kopir: the portal is not installed; the remedy: pip install 'kopir[portal]'\n"


def test_a_bare_node_loads_no_django():
    code = "import sys; import kopir.bridge.cli.main as m; m.build_parser(); sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_words_of_a_command_reach_django(monkeypatch):
    seen: list[list[str]] = []
    monkeypatch.setattr("django.core.management.execute_from_command_line", seen.append)
    assert main(["manage", "migrate", "--plan", "base"]) == 0
    assert seen == [["kopir manage", "migrate", "--plan", "base"]]


def test_the_programs_do_what_they_are_named_after(monkeypatch):
    done: list[str] = []
    monkeypatch.setattr(serving, "serve", lambda: done.append("serve"))
    monkeypatch.setattr(worker, "run", lambda: done.append("work"))
    monkeypatch.setattr(worker, "run_once", lambda: done.append("work once"))
    assert [main(words) for words in (["portal"], ["worker"], ["worker", "--once"])] == [0, 0, 0]
    assert done == ["serve", "work", "work once"]


def test_every_program_is_in_the_help():
    text = build_parser().format_help()
    assert all(f"\n    {name} " in text for name in ("portal", "worker", "manage"))
