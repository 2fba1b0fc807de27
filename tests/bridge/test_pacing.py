"""Calls begin a few at a time, in order, and nobody is left waiting."""

from __future__ import annotations

import asyncio

from kopir.bridge.pacing import Pacer
from twonodes import run


def test_what_comes_alone_is_woken_at_once() -> None:
    async def scene() -> None:
        pacer = Pacer(2, turns=1)
        for _ in range(3):
            future = asyncio.get_running_loop().create_future()
            pacer.wake(future)
            assert future.done()
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    run(scene)


def test_a_burst_is_spread_over_turns_in_order() -> None:
    async def scene() -> None:
        pacer = Pacer(3, turns=2)
        futures = [asyncio.get_running_loop().create_future() for _ in range(8)]
        for future in futures:
            pacer.wake(future)
        done = []
        for _ in range(6):
            done.append([future.done() for future in futures].count(True))
            assert all(future.done() for future in futures[: done[-1]])
            await asyncio.sleep(0)
        assert done == [3, 3, 6, 6, 8, 8]

    run(scene)


def test_who_was_cancelled_meanwhile_takes_nobodys_turn() -> None:
    async def scene() -> None:
        pacer = Pacer(1, turns=1)
        first, gone, last = (asyncio.get_running_loop().create_future() for _ in range(3))
        for future in (first, gone, last):
            pacer.wake(future)
        gone.cancel()
        await asyncio.sleep(0)
        assert last.done()

    run(scene)
