"""`kopir sites upgrade`: its options reach what runs."""

from __future__ import annotations

import argparse

import pytest

from kopir.upgrading.cli import add_verb


@pytest.fixture
def run():
    def run(*words: str) -> int:
        parser = argparse.ArgumentParser()
        add_verb(parser.add_subparsers(), lambda function: function)
        options = parser.parse_args(["upgrade", *words])
        return options.run(options)

    return run


def test_a_dry_run_of_all(run, website, give, capsys):
    give(('ru = "Контакты"', 'ru = "Связь"'))
    assert run("--dry-run") == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("1 websites would be upgraded")


def test_undoing_needs_a_website(run, website, capsys):
    assert run("--undo") == 1
    assert "--undo needs --site" in capsys.readouterr().err
    assert run("--undo", "--site", website.slug) == 1
    assert "No upgrade of" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        run("--undo", "--dry-run")
