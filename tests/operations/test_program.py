"""One program of the group: its lines are told, its end is seen, and nothing that it started outlives it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time

import pytest

from fakeparts import PARENT, POLITE, QUITTER, STUBBORN, is_gone
from installations import family_of
from kopir.operations.program import Program


async def start(script: str, lines: list[str]) -> Program:
    program = await Program.start((sys.executable, "-c", script), lines.append)
    while "awake" not in lines and program.is_running:  # noqa: ASYNC110 - the test looks, nobody tells it
        await asyncio.sleep(0.02)
    return program


def test_its_lines_are_told_and_its_status_returned():
    async def story() -> None:
        lines: list[str] = []
        program = await start(QUITTER, lines)
        assert await program.wait() == 3
        assert lines == ["no disk"]
        assert not program.is_running
        assert await program.stop(1)

    asyncio.run(story())


def test_it_is_stopped_politely_and_its_last_words_are_told():
    async def story() -> None:
        lines: list[str] = []
        program = await start(POLITE, lines)
        assert await program.stop(10)
        assert (lines, await program.wait()) == (["awake", "bye"], 0)

    asyncio.run(story())


def test_one_that_does_not_stop_is_killed_in_time():
    async def story() -> None:
        program = await start(STUBBORN, [])
        begun = time.monotonic()
        assert not await program.stop(0.3)
        assert time.monotonic() - begun < 5
        assert await program.wait() == -signal.SIGKILL

    asyncio.run(story())


def test_what_a_killed_one_had_started_is_gone_with_it():
    async def story() -> None:
        program = await start(PARENT, [])
        while len(family_of(program.pid)) < 2:  # noqa: ASYNC110 - the test looks, nobody tells it
            await asyncio.sleep(0.02)
        family = family_of(program.pid)
        os.kill(program.pid, signal.SIGKILL)
        async with asyncio.timeout(5):  # the grandchild holds the pipe open until it is killed too
            assert await program.wait() == -signal.SIGKILL
        for _ in range(100):
            if all(map(is_gone, family)):
                return
            await asyncio.sleep(0.02)
        raise AssertionError(family)

    asyncio.run(story())


def test_it_reads_nothing_from_the_terminal():
    async def story() -> None:
        lines: list[str] = []
        program = await start("import sys; print('awake', repr(sys.stdin.read()))", lines)
        assert await program.wait() == 0
        assert lines == ["awake ''"]

    asyncio.run(story())


def test_a_program_that_cannot_be_started_leaves_no_pipe(monkeypatch: pytest.MonkeyPatch):
    async def story() -> None:
        monkeypatch.setattr(sys, "executable", "/nowhere/python")
        before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - the one that looks counts too, both times
        with pytest.raises(FileNotFoundError):
            await Program.start(("python", "-c", ""), print)
        assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208

    asyncio.run(story())
