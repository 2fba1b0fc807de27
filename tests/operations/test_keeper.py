"""One part kept running: started again after pauses that grow, renewed without a gap, stopped for good."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from fakeparts import POLITE, QUITTER, STEADY, STUBBORN, is_gone, part
from kopir.operations import keeper as module
from kopir.operations.errors import OperationsError
from kopir.operations.keeper import Keeper, pause_after

Story = Callable[[Keeper, list[tuple[str, str]]], Awaitable[None]]


def run(one: Any, story: Story) -> None:
    """Keep the part for the story, then stop it."""

    async def scene() -> None:
        said: list[tuple[str, str]] = []
        keeper = Keeper(
            one, lambda name, line: said.append((name, line)), lambda level, event, **_: said.append((level, event))
        )
        async with asyncio.timeout(40), asyncio.TaskGroup() as tasks:
            tasks.create_task(keeper.keep())
            try:
                await until(lambda: said)
                await story(keeper, said)
            finally:
                await keeper.stop()

    asyncio.run(scene())


async def until(condition: Callable[[], object]) -> None:
    while not condition():  # noqa: ASYNC110 - the test looks, nobody tells it
        await asyncio.sleep(0.02)


async def awake(keeper: Keeper, said: list[tuple[str, str]], times: int = 1) -> int:
    """Wait for the program's first word; its process id."""
    await until(lambda: [line for _, line in said].count("awake") >= times)
    return int(keeper.status()["pid"])


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_PAUSE_S", 0.05)
    monkeypatch.setattr(module, "READY_WITHIN_S", 3.0)


def test_pauses_grow_up_to_a_minute(monkeypatch):
    monkeypatch.undo()
    assert [pause_after(failures) for failures in (1, 2, 3, 7, 400)] == [1, 2, 4, 60, 60]


def test_one_that_was_killed_comes_back():
    async def story(keeper: Keeper, said: list[tuple[str, str]]) -> None:
        first = await awake(keeper, said)
        os.kill(first, signal.SIGKILL)
        second = await awake(keeper, said, 2)
        assert second not in {0, first}
        assert ("error", "a was killed by signal 9; it is started again in 0 s") in said
        assert keeper.status() == {"part": "a", "pid": second, "failures": 1, "restarts": 1}

    run(part("a", STEADY), story)


def test_one_that_ends_at_once_is_tried_on_with_growing_pauses(monkeypatch):
    pauses: list[int] = []

    def pause(failures: int) -> float:
        pauses.append(failures)
        return 0.01

    monkeypatch.setattr(module, "pause_after", pause)

    async def story(keeper: Keeper, said: list[tuple[str, str]]) -> None:
        await until(lambda: len(pauses) > 6)
        assert pauses[::2][:3] == [1, 2, 3]
        assert [line for _, line in said].count("no disk") >= 3
        assert any("ended with status 3" in line for _, line in said)

    run(part("a", QUITTER), story)


def test_who_has_lived_long_begins_with_the_shortest_pause_again(monkeypatch):
    monkeypatch.setattr(module, "STEADY_S", 0.0)

    async def story(keeper: Keeper, said: list[tuple[str, str]]) -> None:
        await until(lambda: keeper.status()["restarts"] > 2)
        assert keeper.status()["failures"] == 1

    run(part("a", QUITTER), story)


def test_one_that_cannot_be_started_is_told_and_tried_on(monkeypatch):
    monkeypatch.setattr("sys.executable", "/nowhere/python")

    async def story(keeper: Keeper, said: list[tuple[str, str]]) -> None:
        await until(lambda: keeper.status()["failures"] > 1)
        assert ("error", "a cannot be started") in said
        assert keeper.status()["pid"] == 0
        with pytest.raises(OperationsError, match="does not run"):
            await keeper.renew()

    run(part("a", STEADY), story)


def test_a_fresh_one_is_ready_before_the_old_one_stops(tmp_path: Path):
    asked: list[tuple[int, bool]] = []

    async def story(keeper: Keeper, said: list[tuple[str, str]]) -> None:
        old = await awake(keeper, said)

        def is_ready(pid: int) -> bool:
            asked.append((pid, is_gone(old)))
            return len(asked) > 2

        object.__setattr__(keeper.part, "is_ready", is_ready)
        await keeper.renew()
        new = keeper.status()["pid"]
        assert is_gone(old)
        assert {pid for pid, _ in asked} == {new}
        assert not any(gone for _, gone in asked), "the old one served all the while"
        assert keeper.status()["restarts"] == 0
        os.kill(new, signal.SIGKILL)  # the fresh one is kept as the old one was
        await until(lambda: keeper.status()["pid"] not in {0, new})

    run(part("a", POLITE), story)


@pytest.mark.parametrize("script", [STEADY, QUITTER])
def test_a_fresh_one_that_does_not_come_up_leaves_the_old_one(script):
    async def story(keeper: Keeper, said: list[tuple[str, str]]) -> None:
        old = await awake(keeper, said)
        object.__setattr__(keeper.part, "is_ready", lambda pid: False)
        object.__setattr__(keeper.part, "command", (*keeper.part.command[:2], script))
        with pytest.raises(OperationsError, match="a fresh a did not come up; the old one goes on"):
            await keeper.renew()
        assert keeper.status()["pid"] == old
        assert not is_gone(old)

    run(part("a", STEADY), story)


def test_where_two_cannot_be_the_old_one_ends_first():
    async def story(keeper: Keeper, said: list[tuple[str, str]]) -> None:
        old = await awake(keeper, said)
        await keeper.renew()
        await awake(keeper, said, 2)
        words = [line for _, line in said]
        assert words.index("bye") < len(words) - 1 - words[::-1].index("awake")
        assert (keeper.status()["pid"] != old, keeper.status()["restarts"]) == (True, 0)
        object.__setattr__(keeper.part, "is_ready", lambda pid: False)
        with pytest.raises(OperationsError, match="did not come up again"):
            await keeper.renew()

    run(part("a", POLITE, beside=False), story)


def test_a_part_that_was_stopped_stays_so():
    async def story(keeper: Keeper, said: list[tuple[str, str]]) -> None:
        pid = await awake(keeper, said)
        assert await keeper.stop()
        assert is_gone(pid)
        with pytest.raises(OperationsError):
            await keeper.renew()

    run(part("a", POLITE), story)


def test_a_fresh_one_is_stopped_with_the_old_one():
    async def story(keeper: Keeper, said: list[tuple[str, str]]) -> None:
        await awake(keeper, said)
        object.__setattr__(keeper.part, "is_ready", lambda pid: False)
        async with asyncio.TaskGroup() as tasks:
            renewing = tasks.create_task(refused(keeper))
            await until(lambda: keeper._fresh is not None)
            pids = [keeper._fresh.pid, keeper._program.pid]
            await keeper.stop()
            await renewing
        assert all(map(is_gone, pids))

    run(part("a", STEADY), story)


async def refused(keeper: Keeper) -> None:
    with pytest.raises(OperationsError):
        await keeper.renew()


def test_whoever_hurries_waits_for_nothing():
    async def story(keeper: Keeper, said: list[tuple[str, str]]) -> None:
        pid = await awake(keeper, said)
        keeper.kill()
        await until(lambda: is_gone(pid))

    run(part("a", STUBBORN), story)
