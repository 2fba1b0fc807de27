"""What is counted: each process lays it down, the sum is read; the dead hold nothing."""

from __future__ import annotations

import json
import subprocess
import sys

from kopir.edge.metrics import FOLDER, Board, Counts, read_metrics


def _dead_pid() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_the_numbers_of_all_processes_together(tmp_path):
    Board(tmp_path).lay(Counts(hits=5, misses=1), bytes_held=100, entries=2)
    (tmp_path / FOLDER / "1.json").write_text(json.dumps({"hits": 2, "bytes": 50, "entries": 1}))
    told = read_metrics(tmp_path)
    assert told == {
        "hits": 7,
        "shared": 0,
        "stale": 0,
        "misses": 1,
        "passed": 0,
        "fallbacks": 0,
        "refused": 0,
        "bytes": 150,
        "entries": 3,
    }


def test_who_has_ended_counts_but_holds_nothing(tmp_path):
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / f"{_dead_pid()}.json").write_text(json.dumps({"hits": 2, "bytes": 50, "entries": 1}))
    told = read_metrics(tmp_path)
    assert (told["hits"], told["bytes"], told["entries"]) == (2, 0, 0)


def test_a_start_begins_anew(tmp_path):
    board = Board(tmp_path)
    board.clear()
    board.lay(Counts(hits=5), bytes_held=0, entries=0)
    board.clear()
    assert read_metrics(tmp_path)["hits"] == 0


def test_what_cannot_be_read_or_written_is_no_fault(tmp_path):
    assert read_metrics(tmp_path)["hits"] == 0
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "5.json").write_text("half")
    (tmp_path / FOLDER / "x.json").write_text("{}")
    assert read_metrics(tmp_path)["hits"] == 0
    (tmp_path / "file").write_text("")
    Board(tmp_path / "file").lay(Counts(), bytes_held=0, entries=0)
