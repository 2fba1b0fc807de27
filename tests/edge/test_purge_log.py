"""The log as it is read: pages are judged by their tags, what is unclear counts as a purge of everything."""

from __future__ import annotations

from typing import Any

import pytest

from kopir.edge import Purger
from kopir.edge.purge_log import (
    FILE,
    PER_SECOND,
    LogError,
    Purge,
    PurgeLog,
    Stale,
    make_head,
    read_head,
    read_lines,
)

SOFT_NOW: Any = (False, pytest.approx(1_800_000_000, abs=0.001))
HARD = Stale(is_hard=True, since=0.0)


@pytest.fixture
def log(folder, purger):
    """The log of a portal that has started: something was purged before."""
    purger.purge_everything(hard=False)
    return PurgeLog(folder)


def test_a_page_is_true_until_one_of_its_tags_is_purged(log, purger):
    log.catch_up()
    begun = log.seen
    purger.purge(["other"], hard=False)
    log.catch_up()
    assert log.judge(["a", "b"], begun) is None
    purger.purge(["b"], hard=False)
    assert log.cell[0] > log.seen
    log.catch_up()
    assert log.judge(["a", "b"], begun) == SOFT_NOW
    assert log.judge(["a", "b"], log.seen) is None


def test_a_hard_purge_stays_hard_when_a_soft_one_follows(log, purger):
    begun = log.seen
    purger.purge(["a"], hard=True)
    purger.purge(["a"], hard=False)
    log.catch_up()
    assert log.judge(["a"], begun) == HARD


def test_a_hard_purge_of_one_tag_weighs_more_than_soft_ones_of_others(log, purger):
    begun = log.seen
    purger.purge(["a"], hard=False)
    purger.purge(["b"], hard=True)
    log.catch_up()
    assert log.judge(["a", "b"], begun) == HARD


def test_of_several_purges_the_first_counts_and_is_not_guessed(log, purger, clock):
    begun = log.seen
    purger.purge(["a"], hard=False)
    clock.now += 5
    purger.purge(["b"], hard=False)
    log.catch_up()
    assert log.judge(["a", "b"], begun) == SOFT_NOW
    clock.now += 5
    purger.purge(["a"], hard=False)
    log.catch_up()
    assert log.judge(["a"], begun) == Stale(is_hard=False, since=0.0), "the first one is no longer known"


@pytest.mark.parametrize("hard", [False, True])
def test_everything_is_a_tag_of_every_page(log, purger, hard):
    begun = log.seen
    purger.purge_everything(hard=hard)
    log.catch_up()
    assert log.judge([], begun) == (HARD if hard else SOFT_NOW)
    assert log.judge([], log.seen) is None


def test_a_reader_that_comes_later_knows_all_but_when(log, purger, folder):
    begun = log.seen
    purger.purge(["a"], hard=False)
    purger.purge(["b"], hard=True)
    later = PurgeLog(folder)
    assert later.judge(["a"], begun) == Stale(is_hard=False, since=0.0)
    assert later.judge(["b"], begun) == HARD
    assert later.judge(["c"], begun) is None
    assert later.judge(["a", "b"], later.seen) is None


def test_a_reader_finds_its_way_when_the_log_was_made_shorter(log, folder, clock):
    begun = log.seen
    short = Purger(folder, clock=clock, log_limit_bytes=1000)
    for number in range(100):
        short.purge(["often", f"once:{number % 4}"], hard=False)
    short.purge(["gone"], hard=True)
    log.catch_up()
    assert (folder / FILE).stat().st_size <= 1000
    assert log.judge(["gone"], begun) == HARD
    assert log.judge(["once:1"], begun) == Stale(is_hard=False, since=0.0)
    assert log.judge(["never"], begun) is None
    now = log.seen
    assert log.judge(["often", "once:1", "gone"], now) is None
    short.purge(["once:1"], hard=False)
    log.catch_up()
    assert log.judge(["once:1"], now) == SOFT_NOW


def test_whoever_missed_what_was_forgotten_drops_everything(log, folder, clock):
    short = Purger(folder, clock=clock, log_limit_bytes=400)
    begun = log.seen
    for number in range(100):
        short.purge([f"tag:{number}"], hard=False)
    log.catch_up()
    assert log.judge(["never purged"], begun) == HARD
    assert log.judge(["never purged"], log.seen) is None


def test_a_line_that_is_still_being_written_is_read_when_it_is_whole(log, purger, folder):
    purger.purge(["a"], hard=False)
    log.catch_up()
    begun = log.seen
    line = Purge(begun + 7, is_hard=False, tags=("b",)).to_line()
    with (folder / FILE).open("ab") as file:
        file.write(line[:10])
    log.cell[0] = begun + 1
    log.catch_up()
    assert log.judge(["b"], begun) is None
    with (folder / FILE).open("ab") as file:
        file.write(line[10:])
    log.cell[0] = begun + 7
    log.catch_up()
    assert log.judge(["b"], begun) is not None


@pytest.mark.parametrize("line", [b"\n", b"nonsense\n", b"{}\n", b"5\n", b'["1", 0, ["a"]]\n', b"[1, 0]\n", b"\xff\n"])
def test_a_line_that_is_none_counts_as_everything(log, purger, folder, line):
    purger.purge(["a"], hard=False)
    log.catch_up()
    begun = log.seen
    with (folder / FILE).open("ab") as file:
        file.write(line)
    purger.purge(["b"], hard=False)
    log.catch_up()
    assert log.judge(["c"], begun) == HARD
    assert log.judge(["c"], log.seen) is None
    purger.purge(["d"], hard=False)
    log.catch_up()
    assert log.judge(["c"], log.seen) is None


@pytest.mark.parametrize("head", [b"", b"kopir-purges-2 0 0\n", b"kopir-purges-1 x 0\n", b"kopir-purges-1 0\n"])
def test_a_log_of_another_form_counts_as_everything(log, purger, folder, head):
    purger.purge(["a"], hard=False)
    (folder / FILE).write_bytes(head + Purge(log.cell[0], is_hard=False, tags=("a",)).to_line())
    assert PurgeLog(folder).judge(["b"], 5) == HARD


def test_a_log_that_was_removed_counts_as_everything(log, purger, folder):
    begun = log.seen
    purger.purge(["a"], hard=False)
    (folder / FILE).unlink()
    log.catch_up()
    assert log.judge(["b"], begun) == HARD


def test_a_folder_that_was_replaced_is_noticed(log, folder):
    assert log.is_in_place()
    folder.rename(folder.with_name("old"))
    assert not log.is_in_place()


def test_lines_and_heads_are_read_as_they_were_written():
    purge = Purge(5 * PER_SECOND, is_hard=True, tags=("a", "қ"))
    assert list(read_lines(purge.to_line())) == [purge]
    assert read_head(make_head(7, 8)) == 7
    with pytest.raises(LogError):
        read_head(b"kopir-purges-1 7 8")
