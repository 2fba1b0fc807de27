"""The group: parts beside each other, stopped in their order with a deadline, renewed in turn; one for a folder."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from fakeparts import POLITE, STEADY, STUBBORN, is_gone, part, silent_printer
from kopir.operations import group as module
from kopir.operations.control import ask_group
from kopir.operations.errors import HeldError, OperationsError
from kopir.operations.group import LOCK, SOCKET, run
from kopir.operations.holding import held, make_run_folder
from kopir.operations.parts import Part

Lines = Callable[[], list[dict[str, Any]]]


def group(folder: Path, parts: Sequence[Part], story: Callable[[Lines], None]) -> tuple[int, list[dict[str, Any]]]:
    """Run a group; the story is told in a thread, and ends it with a signal. Exit status and all lines."""
    printer, stream = silent_printer()

    def lines() -> list[dict[str, Any]]:
        return [json.loads(line) for line in stream.getvalue().splitlines()]

    failures: list[BaseException] = []

    def tell() -> None:
        try:
            until(lambda: [line["event"] for line in lines()].count("awake") >= len(parts))
            story(lines)
        except BaseException as error:  # noqa: BLE001 - raised below, in the thread of the test
            failures.append(error)
            os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=tell)
    thread.start()
    status = run(parts, printer, folder)
    thread.join(30)
    if failures:
        raise failures[0]
    return status, lines()


def until(condition: Callable[[], object]) -> None:
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError


def stop(number: int = signal.SIGTERM) -> None:
    os.kill(os.getpid(), number)


def events(lines: list[dict[str, Any]], word: str) -> list[str]:
    return [str(line["part"]) for line in lines if line["event"] == word]


PARTS = [part("bridge", POLITE), part("portal", POLITE), part("worker1", POLITE), part("worker2", POLITE)]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_parts_stop_in_their_order_and_leave_no_child(tmp_path, number):
    pids: list[int] = []

    def story(lines: Lines) -> None:
        pids.extend(one["pid"] for one in ask_group(tmp_path / "run" / SOCKET, "status", str))
        stop(number)

    status, lines = group(tmp_path, PARTS, story)
    assert status == 0
    byes = events(lines, "bye")
    assert (byes[0], sorted(byes[1:3]), byes[3]) == ("portal", ["worker1", "worker2"], "bridge")
    assert len(pids) == 4
    assert all(map(is_gone, pids))
    assert lines[-1]["event"] == "stopped"


def test_one_that_does_not_stop_is_killed_in_time_and_told(tmp_path):
    status, lines = group(tmp_path, [part("portal", STUBBORN, stop_s=0.3), part("worker", POLITE)], lambda _: stop())
    assert status == 1
    assert any(line["event"] == "portal was killed" for line in lines)
    assert events(lines, "bye") == ["worker"]


def test_a_second_signal_does_not_wait(tmp_path):
    def story(lines: Lines) -> None:
        stop()
        time.sleep(0.3)
        stop()

    begun = time.monotonic()
    status, _ = group(tmp_path, [part("portal", STUBBORN, stop_s=60.0)], story)
    assert status == 1
    assert time.monotonic() - begun < 30


def test_a_part_that_died_comes_back_while_the_others_go_on(tmp_path):
    def story(lines: Lines) -> None:
        portal, worker = ask_group(tmp_path / "run" / SOCKET, "status", str)
        os.kill(portal["pid"], signal.SIGKILL)
        until(lambda: len(events(lines(), "awake")) == 3)
        again = ask_group(tmp_path / "run" / SOCKET, "status", str)
        assert (again[0]["restarts"], again[1]) == (1, worker)
        stop()

    status, lines = group(tmp_path, [part("portal", STEADY), part("worker", STEADY)], story)
    assert status == 0
    assert events(lines, "awake").count("portal") == 2


def test_parts_are_renewed_in_turn(tmp_path):
    told: list[str] = []

    def story(lines: Lines) -> None:
        before = ask_group(tmp_path / "run" / SOCKET, "status", str)
        assert ask_group(tmp_path / "run" / SOCKET, "renew", told.append) == ["portal", "worker"]
        after = ask_group(tmp_path / "run" / SOCKET, "status", str)
        assert not {one["pid"] for one in before} & {one["pid"] for one in after}
        stop()

    status, _ = group(tmp_path, [part("portal", POLITE), part("worker", POLITE)], story)
    assert (status, told) == (0, ["portal renewed", "worker renewed"])


def test_one_renewal_at_a_time(tmp_path):
    failures: list[str] = []

    def story(lines: Lines) -> None:
        def renew() -> None:
            try:
                ask_group(tmp_path / "run" / SOCKET, "renew", str)
            except OperationsError as error:
                failures.append(str(error))

        threads = [threading.Thread(target=renew) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        stop()

    group(tmp_path, [part("portal", POLITE, settle_s=0.5)], story)
    assert failures == ["the group is being renewed or stopped already; wait for its end"]


def test_what_a_group_does_not_know_it_says(tmp_path):
    def story(lines: Lines) -> None:
        with pytest.raises(OperationsError, match="knows status and renew"):
            ask_group(tmp_path / "run" / SOCKET, "dance", str)
        stop()

    group(tmp_path, [part("portal", POLITE)], story)


def test_a_second_group_in_the_folder_is_refused(tmp_path):
    printer, stream = silent_printer()
    with held(make_run_folder(tmp_path) / LOCK, module.WHAT), pytest.raises(HeldError, match="kopir up runs already"):
        run(PARTS, printer, tmp_path)
    assert stream.getvalue() == ""


def test_signals_mean_again_what_they_did(tmp_path):
    def ours(*_: object) -> None:
        """A handler that a program may have."""

    before = signal.signal(signal.SIGTERM, ours)
    try:
        group(tmp_path, [part("portal", POLITE)], lambda _: stop())
        assert signal.getsignal(signal.SIGTERM) is ours
    finally:
        signal.signal(signal.SIGTERM, before)
    assert asyncio.run(asyncio.sleep(0, "a loop can be had")) == "a loop can be had"
