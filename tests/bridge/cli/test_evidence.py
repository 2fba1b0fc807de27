"""`kopir evidence`: the file from a journal's folder, and verdicts as exit statuses."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from exchanges import ANSWER_BODY, REQUEST_BODY, STAMPED_MS, Exchange, token_over
from kopir.bridge.anchors import anchor_text
from kopir.bridge.cli.main import main
from kopir.bridge.directory import Directories
from kopir.bridge.directory_store import DirectoryStore
from kopir.bridge.disk import OsDisk
from kopir.bridge.journal import IndexKey, Journal
from kopir.wire import cbor
from kopir.wire import evidence as files
from pki import NOW_MS


@pytest.fixture(scope="module")
def world() -> Exchange:
    return Exchange()


@pytest.fixture
def folder(world, tmp_path) -> Path:
    """What a stopped node leaves: journal, directories, anchors; and files of evidence and bodies beside it."""
    (tmp_path / "anchors").mkdir()
    for name, anchor in world.anchors.items():
        (tmp_path / "anchors" / f"{name}.toml").write_text(anchor_text(anchor), "utf-8")
    directories = Directories(DirectoryStore(tmp_path / "directories", OsDisk()), world.anchors)
    for country in (world.tj, world.kz):
        directories.accept(country.instance, country.document(), NOW_MS)
    asyncio.run(keep(world, tmp_path / "journal"))
    for name, evidence in (
        ("stamped", world.evidence()),
        ("signed", world.evidence(stamped=False)),
        ("unanswered", world.unanswered()),
    ):
        (tmp_path / name).write_bytes(files.encode(evidence))
    (tmp_path / "cut").write_bytes(files.encode(world.evidence())[:-1])
    (tmp_path / "request.body").write_bytes(REQUEST_BODY)
    (tmp_path / "answer.body").write_bytes(ANSWER_BODY)
    return tmp_path


async def keep(world: Exchange, folder: Path) -> None:
    journal = Journal.open(folder, node=world.tj.node)
    for record, sealed in ((world.request, world.sealed_request), (world.answer, world.sealed_answer)):
        key = IndexKey(record.request_id, record.message_id, 0, int(record.kind))
        await journal.append(files.record_entry(0, sealed.record, sealed.receipt), key).group.durable
    size, root = journal.head
    token = token_over(files.head_statement(world.tj.node, size, root), world.tj.stamps, STAMPED_MS)
    await journal.append(cbor.encode([files.STAMP_ENTRY, size, root, token]), None).group.durable
    await journal.close()


def anchors_in(folder: Path) -> list[str]:
    return [word for path in sorted((folder / "anchors").iterdir()) for word in ("--anchor", str(path))]


def get(folder: Path, wanted: str, *options: str) -> int:
    places = ("--journal", folder / "journal", "--directories", folder / "directories", "--anchors", folder / "anchors")
    return main(["evidence", "get", wanted, *map(str, places), "--out", str(folder / "made"), *options])


def verify(folder: Path, name: str, *options: str) -> int:
    return main(["evidence", "verify", str(folder / name), *anchors_in(folder), *options])


def test_from_the_journal_to_the_verdict(folder, capsys):
    assert get(folder, "TJ-42") == 0
    assert "kopir evidence verify" in capsys.readouterr().out
    bodies = ("--body", str(folder / "request.body"), "--answer-body", str(folder / "answer.body"))
    assert verify(folder, "made", *bodies) == 0
    out = capsys.readouterr().out
    assert out.count("is the one that was given") == 2
    assert out.splitlines()[-1].startswith("STAMPED: ")


def test_with_a_nodes_configuration_nothing_else_is_asked_for(folder, monkeypatch):
    config = SimpleNamespace(
        journal=SimpleNamespace(folder=folder / "journal"),
        node=SimpleNamespace(state=folder),
        directory=SimpleNamespace(anchors=folder / "anchors"),
    )
    monkeypatch.setattr("kopir.bridge.config.load", lambda _: config)
    assert main(["evidence", "get", "TJ-42", "--config", "node.toml", "--out", str(folder / "made")]) == 0
    assert verify(folder, "made") == 0


@pytest.mark.parametrize(("name", "status"), [("stamped", 0), ("cut", 1), ("signed", 3), ("unanswered", 4)])
def test_the_status_tells_the_verdicts_apart(folder, name, status):
    assert verify(folder, name) == status


def test_the_verdict_for_machines(folder, capsys):
    assert verify(folder, "signed", "--json") == 3
    assert json.loads(capsys.readouterr().out)["verdict"] == "signed"


def test_what_a_file_says_is_shown_unjudged(folder, capsys):
    assert main(["evidence", "show", str(folder / "stamped")]) == 0
    shown = capsys.readouterr()
    assert "asked by" in shown.out
    assert "Nothing of this was judged" in shown.err
    assert main(["evidence", "show", str(folder / "stamped"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["request"]["message_id"] == "TJ-42"


def test_a_client_gets_its_own(folder, world):
    assert get(folder, "TJ-42", "--client", world.tj.subsystem, "--side", "consumer") == 0


@pytest.mark.parametrize(
    "options",
    [
        ("TJ-43",),
        ("TJ-42", "--client", "TJ/GOV/1/portal"),
        ("TJ-42", "--client", "no client"),
        ("TJ-42", "--side", "provider"),
    ],
)
def test_what_is_not_there_or_not_theirs_is_not_made(folder, capsys, options):
    assert get(folder, *options) == 2
    assert capsys.readouterr().err.startswith("kopir: ")
    assert not (folder / "made").exists()


def test_another_body_is_invalid_and_the_file_is_sound(folder, capsys):
    for option, body in (("--body", "answer.body"), ("--answer-body", "request.body")):
        assert verify(folder, "stamped", option, str(folder / body)) == 1
        out = capsys.readouterr().out
        assert "none of it proven" not in out
        assert out.splitlines()[-1].startswith(f"INVALID: the file is sound, but {option} does not belong to it")
        assert out.count("INVALID") == 1
        assert "STAMPED" not in out


def test_what_is_no_evidence_file_at_all_is_told_as_that(folder, capsys):
    assert verify(folder, "request.body") == 1
    assert capsys.readouterr().out.startswith("INVALID: this is no evidence file ")
    assert verify(folder, "cut") == 1
    assert "this is no evidence file" not in capsys.readouterr().out
    assert main(["evidence", "show", str(folder / "request.body")]) == 2
    assert "this is no evidence file" in capsys.readouterr().err


def test_without_its_anchors_a_file_is_not_judged(folder, capsys):
    anchors = anchors_in(folder)
    for given, missing in ((anchors[:2], "TJ"), (anchors[2:], "KZ")):
        assert main(["evidence", "verify", str(folder / "stamped"), *given]) == 2
        assert capsys.readouterr().out == f"NOT JUDGED: no anchor of {missing} was given; add --anchor FILE\n"
        assert main(["evidence", "verify", str(folder / "stamped"), *given, "--json"]) == 2
        assert json.loads(capsys.readouterr().out)["verdict"] == "not judged"
    assert main(["evidence", "verify", str(folder / "cut"), *anchors[:2]]) == 1, "that is seen without any anchor"


def test_a_file_that_is_not_there_cannot_be_judged(folder):
    assert verify(folder, "nowhere") == 2


def test_two_anchors_of_one_country_are_one_too_many(folder, capsys):
    assert verify(folder, "stamped", *anchors_in(folder)[:2]) == 2
    assert "another anchor of KZ" in capsys.readouterr().err


def test_a_journal_alone_is_not_enough(folder, capsys):
    command = ["evidence", "get", "TJ-42", "--journal", str(folder / "journal"), "--out", str(folder / "made")]
    assert main(command) == 2
    assert "add --directories and --anchors" in capsys.readouterr().err
