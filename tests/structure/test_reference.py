"""What an operator can type is in `docs/reference/`: every subcommand, option and key of the configuration."""

from __future__ import annotations

import argparse
import ast
import importlib.util
import re
from collections.abc import Iterator
from types import ModuleType

import pytest

from codebase import PAGES, SOURCE, parse
from kopir.bridge.cli.main import build_parser
from kopir.bridge.config.reading import Table
from kopir.config.env import list_settings

REFERENCE = PAGES / "reference"


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, REFERENCE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def writer() -> ModuleType:
    """The script that writes the page of commands."""
    return _load("write_cli")


@pytest.fixture(scope="module")
def table() -> ModuleType:
    """The script that writes the table of settings."""
    return _load("write_settings")


def test_the_page_of_settings_says_what_the_program_says(table):
    page = (REFERENCE / "settings.md").read_text("utf-8")
    assert table.replace(page) == page, "write it anew: make docs"
    with pytest.raises(ValueError, match="lost its table"):
        table.replace("# Settings\n")


def test_every_setting_says_what_it_does():
    assert [row.name for row in list_settings() if len(row.sentence) < 20 or not row.sentence.endswith(".")] == []


def test_the_page_of_commands_says_what_the_program_says(writer):
    remedy = "write it anew: make docs"
    assert writer.render(build_parser()) == (REFERENCE / "cli.md").read_text("utf-8"), remedy


def test_every_command_says_what_it_does_and_every_option_what_it_means(writer):
    commands = list(writer.list_commands(build_parser()))
    assert len(commands) > 1
    mute = [command.name for command in commands if not command.purpose]
    mute += [
        f"{command.name} {action.dest}" for command in commands for action in command.parser._actions if not action.help
    ]
    assert mute == []


def test_how_a_command_is_written(writer):
    parser = argparse.ArgumentParser(prog="kopir")
    words = parser.add_subparsers().add_parser("key", help="keys").add_subparsers()
    new = words.add_parser("new", help="make a key")
    new.add_argument("file", help="where to")
    new.add_argument("--days", metavar="N", default=3, help="how long | default %(default)s")
    page = writer.render(parser)
    assert "\n## kopir key new\nMake a key.\n\n```\nkopir key new FILE [OPTION …]\n```\n" in page
    assert "\n| `FILE` | where to |\n| `--days` `N` | how long \\| default 3 |\n" in page
    assert "`-h`" not in page


def test_every_key_of_the_configuration_is_in_the_reference():
    text = (REFERENCE / "configuration.md").read_text("utf-8")
    keys = set(_keys(parse(SOURCE / "bridge" / "config" / "load.py")))
    assert {"node", "service", "listen", "timeout_s"} <= keys
    forms = r"`[\w.\[\]]*\b{0}\b[^`]*`|^\[*[\w.]*\b{0}\b"
    assert sorted(key for key in keys if not re.search(forms.format(key), text, re.MULTILINE)) == []


def _keys(tree: ast.Module) -> Iterator[str]:
    """What is asked of a table of the file: the constant first argument of each call of one of its reading methods."""
    methods = {name for name in vars(Table) if not name.startswith("_")}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in methods:
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def test_how_a_key_is_found():
    text = "x = table.text('id', 'a')\ny = table.seconds('every_s', 1, 2, 3)\nz = other.strip('no')\n"
    assert list(_keys(ast.parse(text))) == ["id", "every_s"]
