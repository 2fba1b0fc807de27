"""Background work that fails: told, shown, begun anew; and left alone when it ends or is ended."""

from __future__ import annotations

import asyncio

import pytest

from kopir.bridge import supervision
from kopir.bridge.logs import Log
from kopir.bridge.supervision import Supervisor


@pytest.fixture
def lines() -> list[bytes]:
    return []


@pytest.fixture
def supervisor(lines: list[bytes], monkeypatch: pytest.MonkeyPatch) -> Supervisor:
    monkeypatch.setattr(supervision, "PAUSE_S", 0)
    log = Log("KZ/GOV/1/node", level="info")
    log._write = lines.append
    made = Supervisor(log)
    made.flush = log.flush  # type: ignore[attr-defined]
    return made


def test_work_that_ends_is_not_begun_anew(supervisor: Supervisor) -> None:
    done: list[int] = []

    async def work() -> None:
        done.append(1)

    asyncio.run(supervisor.keep("work", work))
    assert (done, supervisor.problems()) == ([1], [])


def test_work_that_fails_is_told_shown_and_begun_anew(
    supervisor: Supervisor, lines: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = 0

    async def work() -> None:
        nonlocal turns
        turns += 1
        if turns < 3:
            raise ValueError("an entry too long")

    asyncio.run(supervisor.keep("stamping", work))

    assert turns == 3
    assert supervisor.problems() == ["stamping failed: ValueError('an entry too long'); see the log"]
    supervisor.flush()  # type: ignore[attr-defined]
    assert b"".join(lines).count(b"work_failed") == 2
    monkeypatch.setattr(supervision, "FRESH_S", 0)
    assert supervisor.problems() == []


def test_work_that_is_cancelled_ends(supervisor: Supervisor) -> None:
    async def scene() -> None:
        task = asyncio.ensure_future(supervisor.keep("work", lambda: asyncio.sleep(60)))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(scene())
    assert supervisor.problems() == []
