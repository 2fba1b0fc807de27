"""`kopir journal`: what it prints and what it answers, on a journal in a real folder."""

from __future__ import annotations

import argparse
import asyncio
import uuid

import pytest

from journalwork import NODE, record_entry
from kopir.bridge.cli import journal as command
from kopir.bridge.errors import CommandError
from kopir.bridge.journal import Journal, JournalDamagedError, JournalLockedError

ID = bytes.fromhex("0190a0b0c0d07000800000000000000a")


def call(*arguments):
    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers())
    args = parser.parse_args(["journal", *map(str, arguments)])
    return args.run(args)


@pytest.fixture
def folder(tmp_path):
    async def fill():
        journal = Journal.open(tmp_path, node=NODE, exponent=2)
        for number in range(9):
            journal.append(*record_entry(ID if number == 6 else bytes(16), f"KZ-{number}", 1, 1))
        journal.append(b"a stamp", None)
        await journal.close()

    asyncio.run(fill())
    return tmp_path


def test_a_sound_journal(folder, capsys):
    assert call("verify", folder) == 0
    said = capsys.readouterr().out
    assert f"journal of {NODE}: 10 entries in 3 segments\n" in said
    assert said.endswith("everything holds\n")


def test_show_prints_the_newest_first(folder, capsys):
    assert call("show", folder, "--last", 2) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2:] == ["9  other entry, 7 bytes", f"8  provider request  {uuid.UUID(int=0)}  KZ-8"]


def test_show_finds_a_message_and_a_request(folder, capsys):
    for option, value in (("--message-id", "KZ-6"), ("--request-id", uuid.UUID(bytes=ID))):
        assert call("show", folder, option, value) == 0
        assert capsys.readouterr().out.splitlines()[2:] == [f"6  provider request  {uuid.UUID(bytes=ID)}  KZ-6"]
    assert call("show", folder, "--message-id", "none") == 1


def test_retire_removes_only_when_told_twice(folder, capsys):
    assert call("retire", folder, "--through", "00000001") == 0
    assert "would remove 2 segments" in capsys.readouterr().out
    assert (folder / "00000001.log").exists()
    assert call("retire", folder, "--through", "00000001.log", "--yes") == 0
    assert sorted(path.name for path in folder.glob("*.log")) == ["00000002.log"]
    assert call("verify", folder) == 0
    assert "2 of them retired" in capsys.readouterr().out
    assert call("show", folder, "--last", 3) == 0
    assert capsys.readouterr().out.endswith("7  retired\n")
    assert call("retire", folder, "--through", "0", "--yes") == 0


def test_one_is_one_segment(folder, capsys):
    assert call("retire", folder, "--through", "0") == 0
    assert "would remove 1 segment of" in capsys.readouterr().out


@pytest.mark.parametrize("through", ["00000002", "5", "ffffffffffff", "-1"])
@pytest.mark.parametrize("options", [(), ("--yes",)])
def test_what_is_not_full_is_neither_retired_nor_promised(folder, through, options):
    with pytest.raises(CommandError, match=r"not full.*the newest full one is 00000001"):
        call("retire", folder, f"--through={through}", *options)
    assert len(list(folder.glob("*.log"))) == 3


def test_of_a_damaged_segment_no_other_is_retired(folder):
    path = folder / "00000001.log"
    data = bytearray(path.read_bytes())
    data[200] ^= 1
    path.write_bytes(data)
    for options in ((), ("--yes",)):
        with pytest.raises(JournalDamagedError):
            call("retire", folder, "--through", "1", *options)
    assert len(list(folder.glob("*.log"))) == 3


def test_a_journal_without_a_full_segment_has_none_to_retire(tmp_path):
    asyncio.run(Journal.open(tmp_path, node=NODE, exponent=2).close())
    with pytest.raises(CommandError, match="none is full yet"):
        call("retire", tmp_path, "--through", "0")


def test_a_running_node_keeps_its_segments(folder):
    journal = Journal.open(folder, node=NODE)
    with pytest.raises(JournalLockedError):
        call("retire", folder, "--through", "0", "--yes")
    assert call("verify", folder) == 0
    asyncio.run(journal.close())


def test_the_first_bad_byte_is_named(folder, capsys):
    path = folder / "00000001.log"
    data = bytearray(path.read_bytes())
    data[200] ^= 1
    path.write_bytes(data)
    (folder / "00000000.idx").unlink()
    assert call("verify", folder) == 1
    said = capsys.readouterr().out
    assert f"BAD: {path}: byte 200: " in said
    assert "00000000.idx does not fit" in said


def test_nonsense_is_named(folder):
    with pytest.raises(CommandError, match="no UUID"):
        call("show", folder, "--request-id", "x")
    with pytest.raises(CommandError, match="name a segment"):
        call("retire", folder, "--through", "last")


def test_an_empty_folder_is_no_journal(tmp_path, capsys):
    assert call("verify", tmp_path) == 1
    assert "there is no journal here" in capsys.readouterr().out
