"""`kopir sites create`: many websites from one table, or none."""

from __future__ import annotations

import argparse

import pytest

from kopir.websites.cli import add_parser
from kopir.websites.models import SitePage, Website


@pytest.fixture
def run(kz, template, tmp_path):
    def run(text: str) -> int:
        path = tmp_path / "sites.csv"
        path.write_text(text, encoding="utf-8-sig")
        parser = argparse.ArgumentParser()
        add_parser(parser.add_subparsers(), lambda function: function)
        options = parser.parse_args(["sites", "create", "--from-csv", str(path)])
        return options.run(options)

    return run


def test_each_line_makes_a_website(run, capsys):
    assert run("body,template,address\nministry-of-education,small,edu\nministry-of-finance,small,\n") == 0
    assert capsys.readouterr().out == "2 websites made\n"
    assert list(Website.objects.values_list("slug", flat=True)) == ["edu", "ministry-of-finance"]
    assert SitePage.objects.filter(live=True).count() == 2 * 3 * 5


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("ministry-of-magic,small,", "no body 'ministry-of-magic'"),
        ("ministry-of-finance,large,", "no template “large”. Choose one of: small"),
        ("ministry-of-finance,small,manage", "“manage” cannot be the address"),
        ("ministry-of-education,small,other", "has a website already"),
    ],
)
def test_one_wrong_line_makes_nothing(run, capsys, line, words):
    assert run(f"body,template,address\nministry-of-education,small,edu\n{line}\n") == 1
    assert words in capsys.readouterr().err
    assert not Website.objects.exists()


def test_a_file_that_is_no_table_is_named(run, capsys):
    assert run("\0\n") == 1
    assert capsys.readouterr().err.startswith("kopir: ")
