"""What an operator can type is in `docs/reference/`: every subcommand, option and key of the configuration."""

from __future__ import annotations

import argparse
import ast
import re
from collections.abc import Iterator
from importlib import import_module

import pytest

from codebase import PAGES, SOURCE, list_pages, parse
from kopir.bridge.config.reading import Table

REFERENCE = PAGES / "reference"


class _CaughtError(Exception):
    """Carries the parser out of the program that has just made it."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        super().__init__()
        self.parser = parser


@pytest.fixture
def parser(monkeypatch) -> argparse.ArgumentParser:
    """The parser of `kopir`, caught when it is about to read the arguments."""

    def catch(self, *_args, **_options):
        raise _CaughtError(self)

    monkeypatch.setattr(argparse.ArgumentParser, "parse_known_args", catch)
    monkeypatch.setattr("sys.argv", ["kopir"])
    with pytest.raises(_CaughtError) as caught:
        import_module("kopir.bridge.cli.main").main()
    return caught.value.parser


def _leaves(parser: argparse.ArgumentParser, words: tuple[str, ...]) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every subcommand that has none below it, by its full name."""
    below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not below:
        yield " ".join(words), parser
    for action in below:
        for name, inner in action.choices.items():
            yield from _leaves(inner, (*words, name))


def _reference() -> str:
    return "\n".join(page.read_text("utf-8") for page in list_pages() if page.parent == REFERENCE)


def test_every_subcommand_is_in_the_reference(parser):
    text = _reference()
    names = [name for name, _ in _leaves(parser, ("kopir",))]
    assert len(names) > 1
    assert [name for name in names if not re.search(rf"{name}\b", text)] == []


def test_every_option_is_in_the_reference(parser):
    text = _reference()
    options = {
        f"{name} {option}"
        for name, leaf in _leaves(parser, ("kopir",))
        for action in leaf._actions
        for option in action.option_strings
        if option.startswith("--") and option != "--help"
    }
    assert sorted(line for line in options if not re.search(rf"{line.split()[-1]}(?![\w-])", text)) == []


def test_every_subcommand_says_what_it_does(parser):
    mute = [name for name, leaf in _leaves(parser, ("kopir",)) if not leaf.description]
    assert mute == [], "give add_parser a description: `kopir … --help` shows it"


def test_every_key_of_the_configuration_is_in_the_reference():
    text = (REFERENCE / "configuration.md").read_text("utf-8")
    keys = set(_keys(parse(SOURCE / "bridge" / "config" / "load.py")))
    assert {"node", "service", "listen", "timeout_s"} <= keys
    assert (
        sorted(
            key for key in keys if not re.search(rf"`[\w.\[\]]*\b{key}\b[^`]*`|^\[*[\w.]*\b{key}\b", text, re.MULTILINE)
        )
        == []
    )


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
