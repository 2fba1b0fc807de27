"""What the parts say: aligned behind their names, readable, colored on a terminal alone, harmless to it."""

from __future__ import annotations

import io
import json

import pytest

from kopir.operations.lines import LIMIT_LINE, Printer, Splitter, show

REQUEST = '{"at":1795334042.7,"level":"info","node":"kz","event":"request","route":"/kk/","status":200,"why":"a b"}'


def printed(*lines: tuple[str, str], is_colored: bool = False, as_json: bool = False) -> list[str]:
    stream = io.StringIO()
    printer = Printer(["bridge", "portal", "worker12"], stream, is_colored=is_colored, as_json=as_json)
    for part, line in lines:
        printer.tell(part, line)
    return stream.getvalue().splitlines()


def test_lines_stand_behind_their_part_aligned():
    portal, worker, plain = printed(("portal", REQUEST), ("worker12", REQUEST), ("bridge", "Traceback: x"))
    assert portal.startswith("portal   | ")
    assert portal.endswith(' info    request route=/kk/ status=200 why="a b"')
    assert worker.index("|") == portal.index("|") == plain.index("|")
    assert plain == "bridge   | Traceback: x"


def test_a_trace_is_told_line_by_line_behind_the_part():
    line = json.dumps({"at": 1, "level": "error", "event": "broken", "trace": "a\n  b"})
    assert [one.partition("| ")[2] for one in printed(("portal", line))][1:] == ["  a", "    b"]


def test_colors_are_for_a_terminal_alone():
    warning = REQUEST.replace("info", "warning")
    assert "\x1b[" not in "".join(printed(("portal", warning)))
    (colored,) = printed(("portal", warning), is_colored=True)
    assert colored.startswith("\x1b[32mportal   |\x1b[0m ")
    assert "\x1b[33mwarning\x1b[0m" in colored


def test_for_a_machine_each_line_is_json_that_names_its_part():
    lines = [json.loads(one) for one in printed(("portal", REQUEST), ("bridge", "plain"), as_json=True)]
    assert lines[0] == {"part": "portal", **json.loads(REQUEST)}
    assert lines[1] == {"part": "bridge", "event": "plain"}


def test_the_group_speaks_like_its_parts():
    stream = io.StringIO()
    Printer(["portal"], stream, is_colored=False, as_json=False).say(0.0, "info", "portal started", pid=7)
    assert stream.getvalue().startswith("up     | ")
    assert stream.getvalue().endswith("info    portal started pid=7\n")


def test_bytes_become_lines_wherever_they_are_cut():
    splitter = Splitter()
    assert splitter.feed(b"one\ntw") == ["one"]
    assert splitter.feed("o\nтри\n".encode()[:4]) == ["two"]
    assert splitter.feed("o\nтри\n".encode()[4:]) == ["три"]
    assert splitter.feed(b"\n\nlast") == []
    assert splitter.feed(b"") == ["last"]
    assert splitter.feed(b"") == []


def test_a_line_without_end_is_told_in_pieces():
    pieces = Splitter().feed(b"x" * (2 * LIMIT_LINE + 5))
    assert [len(piece) for piece in pieces] == [LIMIT_LINE, LIMIT_LINE]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;owned\x07", "\\x1b]0;owned\\x07"),
        ("a\rb\nc\td", "a\\x0db\\x0ac\\x09d"),
        ("\x9b2J", "\\x9b2J"),
        ("abc\u202egpj", "abc\\u202egpj"),
        ("Қазақстан", "Қазақстан"),
    ],
)
def test_what_would_steer_a_terminal_is_shown(text, shown):
    assert show(text) == shown
    hostile = json.dumps({"at": 1, "level": text, "event": text, text: text, "trace": text})
    for line in printed(("portal", hostile), ("portal", text.replace("\n", ""))):
        assert not set(line) & set("\x1b\x07\r\t\x9b\u202e")


@pytest.mark.parametrize("line", ["{", "{}", '{"event"', "[1]", '{"at":"x","event":null}', '{"event":{"a":1}}'])
def test_whatever_a_part_writes_is_told(line):
    assert len(printed(("portal", line))) == 1
