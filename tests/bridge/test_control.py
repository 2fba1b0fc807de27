"""The operator's port: what it tells, what it does, and whom it refuses."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from kopir.bridge.bodies import BodyStream
from kopir.bridge.control import Control
from kopir.bridge.http_client import ServiceError
from kopir.bridge.http_messages import Caller, HttpRequest, HttpResponse
from kopir.signing.errors import StampError, StampReason


@dataclass
class Operator:
    """A node that does what a test says, and notes what it was told."""

    problems: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    stamp: bool | Exception = True
    done: list[str] = field(default_factory=list)

    def ask(self, method: str, target: bytes, *headers: tuple[bytes, bytes]) -> HttpResponse:
        async def reload() -> list[str]:
            self.done.append("reload")
            return self.wrong

        async def stamp() -> bool:
            self.done.append("stamp")
            if isinstance(self.stamp, Exception):
                raise self.stamp
            return self.stamp

        control = Control(
            problems=lambda: self.problems,
            exposition=lambda: b"kopir_x 1\n",
            reload=reload,
            stamp=stamp,
            stop=lambda: self.done.append("stop"),
        )
        request = HttpRequest(
            method,
            target,
            list(headers),
            BodyStream(lambda _: None),
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


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", b"/reload"),
        ("GET", b"/stop"),
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


@pytest.mark.parametrize("target", [b"/reload", b"/stamp", b"/stop"])
@pytest.mark.parametrize("origin", [b"https://evil.example", b"null", b"http://127.0.0.1:9000"])
def test_a_page_in_the_operators_browser_cannot_steer_the_node(target, origin):
    operator = Operator()
    assert operator.ask("POST", target, (b"origin", origin)).status == 403
    assert operator.done == []
