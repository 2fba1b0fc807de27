"""`kopir sites import`: what a person at a terminal sees."""

from __future__ import annotations

import argparse
import json

import pytest

from kopir.importing.cli import add_verb
from kopir.websites.models import NewsPage
from sitemedia import picture_bytes

NEWS = [
    {"id": 1, "title": "Су", "created_date": "2026-02-01", "body": "<p>Мәтін<img src=a.png></p>"},
    {"id": 2, "title": "Күні жоқ"},
]


@pytest.fixture
def run(education, tmp_path):
    path = tmp_path / "news.json"
    path.write_text(json.dumps(NEWS))

    def run(*options, site="ministry-of-education", file=path):
        parser = argparse.ArgumentParser()
        verbs = parser.add_subparsers()
        add_verb(verbs, lambda function: function)
        words = ["import", "--site", site, "--language", "kk", "--from", str(file), *options]
        parsed = parser.parse_args(words)
        return parsed.run(parsed)

    return run


def test_it_says_what_became_of_the_items(run, capsys):
    assert run() == 0
    told = capsys.readouterr()
    assert told.out.splitlines() == [
        "1 new, 0 changed, 0 unchanged, 0 kept because edited here, 1 refused",
        "1 pictures, films and forms in texts left out",
    ]
    assert told.err == "kopir: item 2: It has no date.\n"
    assert NewsPage.objects.get().live
    assert run() == 0
    assert capsys.readouterr().out.startswith("0 new, 0 changed, 1 unchanged")


def test_a_dry_run_says_what_would_be(run, capsys):
    assert run("--dry-run") == 0
    assert capsys.readouterr().out.startswith("1 would be new, 0 would be changed")
    assert not NewsPage.objects.exists()


def test_drafts(run):
    assert run("--draft") == 0
    assert not NewsPage.objects.get().live


@pytest.mark.parametrize(
    ("options", "site", "words"),
    [
        ((), "no-such", "There is no website “no-such”"),
        (("--section", "about"), "ministry-of-education", "has no section for this"),
        (("--kind", "documents"), "ministry-of-education", "has no section for this"),
    ],
)
def test_what_will_not_do_is_said_in_a_line(run, capsys, options, site, words):
    assert run(*options, site=site) == 1
    assert words in capsys.readouterr().err
    assert not NewsPage.objects.exists()


def test_a_file_that_is_not_there(run, capsys, tmp_path):
    assert run(file=tmp_path / "none.json") == 1
    assert "cannot be read" in capsys.readouterr().err


def test_pictures_are_counted_and_what_stays_out_is_named(run, capsys, tmp_path):
    (tmp_path / "a.png").write_bytes(b"GIF89a")
    (tmp_path / "b.jpg").write_bytes(picture_bytes().read())
    news = [{**NEWS[0], "body": "<img src=/a.png><img src=/b.jpg>"}]
    (tmp_path / "more.json").write_text(json.dumps(news))
    assert run("--files", str(tmp_path), "--dry-run", file=tmp_path / "more.json") == 0
    would = capsys.readouterr()
    assert run("--files", str(tmp_path), file=tmp_path / "more.json") == 0
    told = capsys.readouterr()
    assert told.out.splitlines()[1:] == [
        "1 pictures and files kept",
        "1 pictures without words that stand for them: the gate asks for these",
        "1 pictures, films and forms in texts left out",
    ]
    assert told.err.startswith("kopir: item 1, left out: /a.png: This is no picture")
    assert (would.err, would.out.replace("would be ", "")) == (told.err, told.out)
