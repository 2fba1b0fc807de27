"""Structured logs: one object a line, whatever is in the values; bursts, levels, and limits on what strangers cause."""

from __future__ import annotations

import json

import pytest

from kopir.bridge import logs
from kopir.bridge.logs import Log


def make_log(level: str = "info") -> tuple[Log, list[bytes]]:
    written: list[bytes] = []
    return Log("KZ/GOV/1/node1", level=level, write=written.append), written


def lines_of(log: Log, written: list[bytes]) -> list[dict[str, object]]:
    log.flush()
    return [json.loads(line) for data in written for line in data.splitlines()]


def test_a_line_says_when_where_and_what():
    log, written = make_log()
    log.info("consumed", message_id="abc-1", status=200, why=None)
    (line,) = lines_of(log, written)
    assert isinstance(line.pop("at"), float)
    assert line == {
        "level": "info",
        "node": "KZ/GOV/1/node1",
        "event": "consumed",
        "message_id": "abc-1",
        "status": 200,
        "why": None,
    }


def test_lines_are_written_in_bursts():
    log, written = make_log()
    log.info("a")
    log.info("b")
    assert written == []
    log.flush()
    assert len(written) == 1
    log.flush()
    assert len(written) == 1


def test_a_burst_that_grows_long_is_written_at_once(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(logs, "FLUSH_LINES", 3)
    log, written = make_log()
    for _ in range(3):
        log.info("a")
    assert len(written) == 1


def test_an_error_is_written_at_once():
    log, written = make_log()
    log.error("journal_failed")
    assert len(written) == 1


@pytest.mark.parametrize(
    ("level", "seen"),
    [
        ("debug", ["debug", "info", "warning", "error"]),
        ("info", ["info", "warning", "error"]),
        ("warning", ["warning", "error"]),
        ("error", ["error"]),
    ],
)
def test_levels(level, seen):
    log, written = make_log(level)
    for name in ("debug", "info", "warning", "error"):
        getattr(log, name)("event")
    assert [line["level"] for line in lines_of(log, written)] == seen
    assert log.is_info == (level in {"debug", "info"})


def test_a_stranger_cannot_fill_the_disk_and_what_was_left_out_is_counted():
    log, written = make_log()
    for _ in range(10):
        log.limited("refused", key="a", every_s=1000)
    log.limited("refused", key="b", every_s=1000)
    assert len(lines_of(log, written)) == 2
    log._limited["a"] = (log._limited["a"][0] - 2000, log._limited["a"][1])
    log.limited("refused", key="a", every_s=1000)
    assert lines_of(log, written)[-1]["skipped"] == 9


def test_the_memory_of_limits_is_itself_limited():
    log, _ = make_log()
    for number in range(5000):
        log.limited("refused", key=str(number), every_s=1000)
    assert len(log._limited) <= logs.FLUSH_LINES + 1


def test_a_log_that_cannot_be_written_stops_nobody(monkeypatch: pytest.MonkeyPatch):
    def fail(*_: object) -> int:
        raise BrokenPipeError

    monkeypatch.setattr("kopir.bridge.logs.os.write", fail)
    log = Log("KZ/GOV/1/node1")
    log.error("something")


def test_without_another_place_it_goes_to_standard_error(capfd: pytest.CaptureFixture[str]):
    log = Log("KZ/GOV/1/node1")
    log.info("a", text="Астана")
    log.flush()
    assert json.loads(capfd.readouterr().err)["text"] == "Астана"


@pytest.mark.parametrize(
    "value", ['two\nlines\r\n{"event":"forged"}', 'quote"', "back\\slash", "\x00\x1b[31m", "\ud800", b"bytes", [1]]
)
def test_no_value_can_make_a_second_line_or_break_the_first(value):
    log, written = make_log()
    log.info("a", text=value if not isinstance(value, bytes) else repr(value))
    log.flush()
    (data,) = written
    assert data.count(b"\n") == 1
    assert b"\x1b" not in data
    assert json.loads(data)["event"] == "a"
