"""Writes `cli.md` from the parser of `kopir`, so that the page and the program say the same: `make docs`."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from kopir.bridge.cli.main import build_parser

PAGE = Path(__file__).with_name("cli.md")
HEAD = """\
# The command `kopir`
Written by `make docs` from the program itself; change the words there, not here. Exit status: 0 done, 1 the answer is
no, 2 it could not be done, 130 stopped by Ctrl-C, unless a command says otherwise.
"""


class Command(NamedTuple):
    """A subcommand that does something by itself: its full name, what it does, and its parser."""

    name: str
    purpose: str
    parser: argparse.ArgumentParser


def list_commands(parser: argparse.ArgumentParser, name: str = "kopir", purpose: str = "") -> Iterator[Command]:
    """Every subcommand that does something by itself, in the order of `--help`; some have others below them."""
    below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not below or parser.get_default("run"):
        yield Command(name, parser.description or purpose, parser)
    for action in below:
        purposes = {choice.dest: choice.help or "" for choice in action._choices_actions}
        for word, inner in action.choices.items():
            yield from list_commands(inner, f"{name} {word}", purposes.get(word, ""))


def render(parser: argparse.ArgumentParser) -> str:
    """The whole page."""
    return HEAD + "".join(_section(command) for command in list_commands(parser))


def _section(command: Command) -> str:
    actions = [
        action
        for action in command.parser._actions
        if action.help != argparse.SUPPRESS
        and action.dest != "help"
        and not isinstance(action, argparse._SubParsersAction)
    ]
    lines = [f"\n## {command.name}", _sentence(command.purpose), "", "```", _synopsis(command.name, actions), "```", ""]
    if actions:
        lines += ["| argument | meaning |", "|---|---|", *(_row(action) for action in actions), ""]
    return "\n".join(lines)


def _synopsis(name: str, actions: list[argparse.Action]) -> str:
    """In our own words: those of argparse differ from one Python to the next."""
    words = [name, *(_metavar(action) for action in actions if not action.option_strings)]
    words += [f"{action.option_strings[-1]} {_metavar(action)}" for action in actions if _is_demanded(action)]
    if any(action.option_strings and not action.required for action in actions):
        words.append("[OPTION …]")
    return " ".join(words)


def _row(action: argparse.Action) -> str:
    names = ", ".join(f"`{option}`" for option in action.option_strings) or f"`{_metavar(action)}`"
    value = "" if action.nargs == 0 or not action.option_strings else f" `{_metavar(action)}`"
    meaning = re.sub(r"\s+", " ", (action.help or "") % vars(action)).replace("|", "\\|").strip()
    return f"| {names}{value} | {meaning}{'; required' if _is_demanded(action) else ''} |"


def _is_demanded(action: argparse.Action) -> bool:
    return bool(action.option_strings) and action.required


def _metavar(action: argparse.Action) -> str:
    if isinstance(action.metavar, str):
        return action.metavar
    if action.choices is not None:
        return "{" + ",".join(map(str, action.choices)) + "}"
    return action.dest.upper()


def _sentence(text: str) -> str:
    text = text.strip()
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}" if text else ""


if __name__ == "__main__":
    PAGE.write_text(render(build_parser()), "utf-8")
