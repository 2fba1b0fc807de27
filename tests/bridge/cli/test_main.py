"""The command line as a whole: help, plug-ins, exit status, and failures as one line each."""

from __future__ import annotations

import argparse

import pytest

from kopir.bridge.cli import check, main
from kopir.bridge.config import ConfigError, Problem
from kopir.bridge.errors import CommandError


@pytest.fixture
def outcome(monkeypatch):
    """Make `kopir bridge check` end as the test says."""

    def end(action):
        monkeypatch.setattr(check, "run_check", lambda args: action())
        return main.main(["bridge", "check", "node.toml"])

    return end


def raiser(error):
    def action():
        raise error

    return action


def test_help_tells_every_command(capsys):
    with pytest.raises(SystemExit) as caught:
        main.main(["--help"])
    text = capsys.readouterr().out
    assert caught.value.code == 0
    for command in ("ca", "key", "directory", "anchor", "bridge", "journal", "evidence"):
        assert f"\n    {command}" in text
    assert "kopir bridge check node.toml" in text


def test_the_help_of_a_command_begins_with_what_it_does(capsys):
    with pytest.raises(SystemExit):
        main.main(["anchor", "accept", "--help"])
    assert "make a node trust an anchor" in capsys.readouterr().out


def test_the_status_is_that_of_the_command(outcome):
    assert outcome(lambda: 0) == 0
    assert outcome(lambda: 1) == 1


def test_a_room_above_adds_its_command(monkeypatch):
    class Entry:
        name = "stand"

        @staticmethod
        def load():
            def add_parser(subparsers):
                subparsers.add_parser("stand", help="two countries").set_defaults(run=lambda args: 7)

            return add_parser

    monkeypatch.setattr(main, "entry_points", lambda group: [Entry()] if group == "kopir.commands" else [])
    assert main.main(["stand"]) == 7


def test_credentials_come_from_systemd_unless_they_are_given(monkeypatch, tmp_path):
    seen = []
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))

    def run(args):
        seen.append(args.credentials)
        return 0

    def add_parser(subparsers):
        parser = subparsers.add_parser("probe", help="probe")
        parser.add_argument("--credentials")
        parser.set_defaults(run=run)

    monkeypatch.setattr(main, "_COMMANDS", (argparse.Namespace(add_parser=add_parser),))
    main.main(["probe"])
    main.main(["probe", "--credentials", "other"])
    assert seen == [tmp_path, "other"]


# -- failures


def test_a_failure_is_a_line_and_status_2(outcome, capsys):
    assert outcome(raiser(CommandError("it cannot be; do something else"))) == 2
    assert capsys.readouterr().err == "kopir: it cannot be; do something else\n"
    assert outcome(raiser(FileNotFoundError(2, "No such file", "a"))) == 2
    assert capsys.readouterr().err == "kopir: a: No such file\n"
    assert outcome(raiser(OSError(28, "No space left"))) == 2
    assert capsys.readouterr().err == "kopir: [Errno 28] No space left\n"
    assert outcome(raiser(OSError())) == 2
    assert capsys.readouterr().err == "kopir: OSError\n"


def test_every_problem_of_a_configuration_is_a_line(outcome, capsys, tmp_path):
    problems = [Problem(tmp_path, key, "is wrong", "mend it") for key in ("a", "b")]
    assert outcome(raiser(ConfigError(problems))) == 2
    assert capsys.readouterr().err.count("kopir: ") == 2


def test_control_c_ends_with_130(outcome):
    assert outcome(raiser(KeyboardInterrupt())) == 130


def test_debug_shows_where_it_comes_from(monkeypatch):
    monkeypatch.setattr(check, "run_check", lambda args: raiser(CommandError("no"))())
    with pytest.raises(CommandError):
        main.main(["--debug", "bridge", "check", "node.toml"])


def test_a_bug_is_not_hidden(outcome):
    with pytest.raises(ZeroDivisionError):
        outcome(raiser(ZeroDivisionError()))


@pytest.mark.parametrize(("arguments", "verb"), [([], "journal"), (["journal"], "retire"), (["ca"], "revoke")])
def test_who_names_no_verb_gets_all_of_them(arguments, verb, capsys):
    with pytest.raises(SystemExit) as caught:
        main.main(arguments)
    assert caught.value.code == 2
    assert f"\n    {verb}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "meant"), [(["jornal"], "journal"), (["journal", "verfy"], "verify"), (["ca", "zzz"], None)]
)
def test_a_mistyped_verb_is_guessed(arguments, meant, capsys):
    with pytest.raises(SystemExit) as caught:
        main.main(arguments)
    assert caught.value.code == 2
    said = capsys.readouterr().err
    assert "invalid choice" in said
    assert said.endswith(f"; did you mean {meant}?\n") if meant else "did you mean" not in said


@pytest.mark.parametrize("arguments", [[], ["nothing"], ["bridge"], ["bridge", "check"]])
def test_what_cannot_be_understood_is_status_2(arguments):
    with pytest.raises(SystemExit) as caught:
        main.main(arguments)
    assert caught.value.code == 2
