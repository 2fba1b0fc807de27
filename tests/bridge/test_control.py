"""The operator's port: what it tells, what it does, and whom it refuses."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from kopir.bridge.bodies import BodyStream
from kopir.bridge.control import Control
from kopir.bridge.http_client import ServiceError
from kopir.bridge.http_messages import Caller, HttpRequest, HttpResponse
from kopir.bridge.journal import JournalFailedError
from kopir.signing.errors import StampError, StampReason
from kopir.wire.evidence import AuditHead, decode_audit_head

HEAD = AuditHead("portal KZ", 7, bytes(range(32)))


def whole(body: bytes) -> BodyStream:
    stream = BodyStream(lambda _: None)
    if body:
        stream.feed(body)
    stream.end()
    return stream


@dataclass
class Operator:
    """A node that does what a test says, and notes what it was told."""

    problems: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    stamp: bool | Exception = True
    done: list[str] = field(default_factory=list)
    journal_error: Exception | None = None

    def ask(self, method: str, target: bytes, *headers: tuple[bytes, bytes], body: bytes = b"") -> HttpResponse:
        async def reload() -> list[str]:
            self.done.append("reload")
            return self.wrong

        async def stamp() -> bool:
            self.done.append("stamp")
            if isinstance(self.stamp, Exception):
                raise self.stamp
            return self.stamp

        async def note_head(entry: bytes) -> int:
            if self.journal_error is not None:
                raise self.journal_error
            self.done.append(decode_audit_head(entry).log)
            return 17

        control = Control(
            problems=lambda: self.problems,
            exposition=lambda: b"kopir_x 1\n",
            reload=reload,
            stamp=stamp,
            note_head=note_head,
            stop=lambda: self.done.append("stop"),
        )
        request = HttpRequest(
            method,
            target,
            list(headers),
            whole(body),
            Caller(is_local=True, certificate=None),
            keeps_alive=True,
            expects_continue=False,
            version="1.1",
            _write=lambda _: None,
        )
        return asyncio.run(control.handle(request))


def test_health_is_that_it_answers():
    assert Operator(problems=["journal"]).ask("GET", b"/health").status == 200


def test_ready_lists_every_problem():
    assert Operator().ask("GET", b"/ready").body == b"ready\n"
    answer = Operator(problems=["a", "b"]).ask("GET", b"/ready?x")
    assert (answer.status, answer.body) == (503, b"a\nb\n")


def test_metrics_in_the_format_of_prometheus():
    answer = Operator().ask("GET", b"/metrics")
    assert (answer.status, answer.body) == (200, b"kopir_x 1\n")
    assert answer.headers[0][1].startswith(b"text/plain; version=0.0.4")


def test_reload_says_what_it_could_not_take_over():
    operator = Operator()
    assert operator.ask("POST", b"/reload").status == 200
    operator.wrong = ["node.toml: limits.in_flight is 0"]
    answer = operator.ask("POST", b"/reload")
    assert (answer.status, answer.body) == (409, b"node.toml: limits.in_flight is 0\n")


@pytest.mark.parametrize(
    ("stamp", "status", "text"),
    [
        (True, 200, b"stamped\n"),
        (False, 200, b"nothing new to stamp\n"),
        (ServiceError("nobody there"), 502, b"no time stamp: nobody there\n"),
        (StampError(StampReason.REFUSED, "refused"), 502, b"no time stamp: refused\n"),
        (OSError("reset"), 502, b"no time stamp: reset\n"),
    ],
)
def test_stamp_now(stamp, status, text):
    answer = Operator(stamp=stamp).ask("POST", b"/stamp")
    assert (answer.status, answer.body) == (status, text)


def test_stop_is_answered_before_it_happens():
    operator = Operator()
    answer = operator.ask("POST", b"/stop")
    assert (answer.status, answer.closes, operator.done) == (202, True, ["stop"])


def test_an_audit_head_is_answered_with_its_place_in_the_journal():
    operator = Operator()
    answer = operator.ask("POST", b"/audit-head", body=HEAD.encode())
    assert (answer.status, answer.body, operator.done) == (200, b"17\n", ["portal KZ"])


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (b"\x84\x01\x00\x40\x40", 400), (HEAD.encode() + b"\0", 400), (bytes(257), 413)],
)
def test_what_is_no_audit_head_is_refused(body, status):
    operator = Operator()
    answer = operator.ask("POST", b"/audit-head", body=body)
    assert (answer.status, operator.done) == (status, [])


def test_a_head_that_could_not_be_kept_is_not_acknowledged():
    operator = Operator(journal_error=JournalFailedError("the disk is full"))
    answer = operator.ask("POST", b"/audit-head", body=HEAD.encode())
    assert (answer.status, answer.body) == (503, b"the disk is full\n")


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", b"/reload"),
        ("GET", b"/stop"),
        ("GET", b"/audit-head"),
        ("HEAD", b"/stop"),
        ("POST", b"/health"),
        ("GET", b"/"),
        ("PUT", b"/stop"),
    ],
)
def test_everything_else_changes_nothing(method, target):
    operator = Operator()
    answer = operator.ask(method, target)
    assert (answer.status, operator.done) == (404, [])


@pytest.mark.parametrize("target", [b"/audit-head", b"/reload", b"/stamp", b"/stop"])
@pytest.mark.parametrize("origin", [b"https://evil.example", b"null", b"http://127.0.0.1:9000"])
def test_a_page_in_the_operators_browser_cannot_steer_the_node(target, origin):
    operator = Operator()
    assert operator.ask("POST", target, (b"origin", origin)).status == 403
    assert operator.done == []
