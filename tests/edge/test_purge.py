"""Purging as it is written: lines, the generation after them, many writers at once, a log that stays short."""

from __future__ import annotations

import os
import subprocess
import sys
from unittest import mock

import pytest

from kopir.edge import Purger
from kopir.edge.purge_log import FILE, PER_SECOND, Purge, PurgeLog, read_lines


def _lines(folder) -> list[Purge]:
    return list(read_lines((folder / FILE).read_bytes().partition(b"\n")[2]))


def test_a_purge_is_a_line_and_the_generation_its_number(purger, folder, clock):
    purger.purge(["b", "a", "b"], hard=False)
    purger.purge(iter(["c"]), hard=True)
    first, second = _lines(folder)
    assert (first.number, first.is_hard, first.tags) == (int(clock.now * PER_SECOND), False, ("a", "b"))
    assert (second.number, second.is_hard, second.tags) == (first.number + 1, True, ("c",))
    assert PurgeLog(folder).cell[0] == second.number


def test_no_tag_is_no_purge(purger, folder):
    purger.purge([], hard=True)
    assert not folder.exists()


def test_numbers_rise_when_the_clock_goes_back(purger, folder, clock):
    purger.purge(["a"], hard=False)
    clock.now -= 3600
    purger.purge(["b"], hard=False)
    first, second = _lines(folder)
    assert second.number == first.number + 1


@pytest.mark.parametrize("tag", ["", "a\nb", "a" * 201, 5])
def test_what_can_be_no_tag_is_refused_before_anything_is_written(purger, folder, tag):
    with pytest.raises(ValueError, match="is no tag"):
        purger.purge(["a", tag] if isinstance(tag, str) else [tag], hard=False)
    assert not folder.exists()


def test_many_processes_purge_at_once_and_no_purge_is_lost(folder):
    code = (
        "import sys; from pathlib import Path; from kopir.edge import Purger\n"
        "purger = Purger(Path(sys.argv[1]), log_limit_bytes=60_000)\n"
        "for number in range(150): purger.purge([f'{sys.argv[2]}:{number}'], hard=number % 2 == 0)"
    )
    programs = [subprocess.Popen([sys.executable, "-c", code, str(folder), str(name)]) for name in range(3)]
    assert [program.wait() for program in programs] == [0, 0, 0]
    purges = _lines(folder)
    assert {tag for purge in purges for tag in purge.tags} == {f"{n}:{m}" for n in range(3) for m in range(150)}
    numbers = [purge.number for purge in purges]
    assert numbers == sorted({*numbers}), "each has a number of its own"


def test_the_log_is_made_shorter_without_losing_what_counts(folder, clock):
    purger = Purger(folder, clock=clock, log_limit_bytes=2000)
    purger.purge(["rare"], hard=True)
    purger.purge(["rare"], hard=False)
    for number in range(300):
        purger.purge([f"often:{number % 5}"], hard=False)
        assert (folder / FILE).stat().st_size <= 2000 + 100
    found = {(tag, purge.is_hard) for purge in _lines(folder) for tag in purge.tags}
    assert found >= {("rare", True), ("rare", False), *((f"often:{n}", False) for n in range(5))}


def test_a_purge_of_everything_makes_those_before_it_needless(folder, clock):
    purger = Purger(folder, clock=clock, log_limit_bytes=1000)
    for number in range(20):
        purger.purge([f"soft:{number}"], hard=False)
        purger.purge([f"hard:{number}"], hard=True)
    purger.purge_everything(hard=False)
    for _ in range(40):
        purger.purge(["often"], hard=False)
    tags = {tag for purge in _lines(folder) for tag in purge.tags}
    assert not any(tag.startswith("soft") for tag in tags)
    assert "*" in tags
    purger.purge_everything(hard=True)
    for _ in range(40):
        purger.purge(["often"], hard=False)
    assert {tag for purge in _lines(folder) for tag in purge.tags} == {"*", "often"}


def test_a_writer_killed_within_its_line_spoils_no_other(purger, folder):
    purger.purge(["a"], hard=False)
    with (folder / FILE).open("ab") as file:
        file.write(b'[5,0,["b')
    purger.purge(["c"], hard=False)
    assert (folder / FILE).read_bytes().splitlines()[2] == b'[5,0,["b'
    assert PurgeLog(folder).judge(["anything"], 5) is not None, "nobody knows what the cut line said"


def test_a_full_disk_is_told(purger):
    with mock.patch.object(os, "write", return_value=3), pytest.raises(OSError, match="not all was written"):
        purger.purge(["a"], hard=False)


def test_a_hard_purge_is_on_disk(purger):
    with mock.patch.object(os, "fdatasync") as sync:
        purger.purge(["a"], hard=False)
        sync.assert_not_called()
        purger.purge(["a"], hard=True)
        sync.assert_called_once()
