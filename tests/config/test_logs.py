"""Lines of the log: JSON, one each, with the fields of the bridge's."""

from __future__ import annotations

import json
import logging

import pytest

from kopir.config.logs import JsonLines


def _line(message: str = "request", *arguments: object, **extra: object) -> dict[str, object]:
    record = logging.getLogger("kopir.test").makeRecord(
        "kopir.test", logging.WARNING, "f.py", 1, message, arguments, None, extra=extra
    )
    text = JsonLines("kz").format(record)
    assert "\n" not in text
    return json.loads(text)


def test_a_line_says_when_how_grave_where_and_what():
    line = _line(status=200, route="/x")
    assert list(line) == ["at", "level", "node", "event", "status", "route"]
    assert {name: line[name] for name in list(line)[1:]} == {
        "level": "warning",
        "node": "kz",
        "event": "request",
        "status": 200,
        "route": "/x",
    }


def test_the_bridge_begins_its_lines_in_the_same_way():
    from kopir.bridge.logs import Log

    written: list[bytes] = []
    log = Log("kz", write=written.append)
    log.warning("request", status=200, route="/x")
    log.flush()
    assert list(json.loads(written[0])) == list(_line(status=200, route="/x"))


def test_what_people_write_cannot_make_a_line_of_its_own():
    line = _line("a %s", 'b"\n{"level":"error"}', word="ә\n")
    assert (line["level"], line["event"], line["word"]) == ("warning", 'a b"\n{"level":"error"}', "ә\n")


@pytest.mark.parametrize("name", ["at", "level", "node", "event", "trace"])
def test_a_field_cannot_pass_for_one_of_the_lines_own(name):
    line = _line(**{name: "mine"})
    assert line[f"{name}_"] == "mine"
    assert line.get(name) != "mine"


def test_a_fault_comes_with_its_trace_and_a_request_never():
    try:
        raise ZeroDivisionError("x")
    except ZeroDivisionError:
        import sys

        record = logging.LogRecord("n", logging.ERROR, "f", 1, "failed", (), sys.exc_info())
    record.request = object()
    line = json.loads(JsonLines("kz").format(record))
    assert "ZeroDivisionError: x" in line["trace"]
    assert "request" not in line


def test_what_json_does_not_know_is_told_as_text(tmp_path):
    assert _line(folder=tmp_path)["folder"] == str(tmp_path)
