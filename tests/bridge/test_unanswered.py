"""Requests that were under way when a node stopped: the next start notes that no answer came, once and for no other."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import Any

import pytest

from evilpeer import request_of
from kopir.bridge.core import Core
from kopir.bridge.journal import JournalFailedError
from kopir.bridge.node import Node
from kopir.bridge.unanswered import note_lost_requests, note_unanswered
from kopir.wire import cbor, merkle
from kopir.wire.errors import RefusedError
from kopir.wire.evidence import CONSUMER, PROVIDER
from kopir.wire.record import Kind, Record, check_answer, encode
from scenes import clock_ms, signer_of
from twonodes import HttpResponse, Pair, build_countries, records_of, run, run_pair, running

MEMBER = "TJ/GOV/DIGITAL"
STOPPED = "the node stopped before an answer came"


async def write(node: Node, record: Record, side: int = CONSUMER) -> None:
    written = await node.core.write_record(side, record, MEMBER)
    await written.ticket.group.durable


def test_what_a_stopped_node_left_open_is_noted_at_its_next_start(tmp_path: Path) -> None:
    kz, tj = build_countries(tmp_path, "KZ", "TJ")
    lost, told = (request_of(tj, kz, clock_ms()).record for _ in range(2))

    async def scene() -> None:
        async with running(tj) as node:
            for request in (lost, told):
                await write(node, request)
            await note_unanswered(node.core, told, merkle.leaf_hash(encode(told)), "NetworkError: nobody there")
        async with running(tj) as node:
            *_, before, note = records_of(node)
            assert before.reason == "NetworkError: nobody there"
            assert (note.kind, note.reason, note.request_id) == (Kind.UNANSWERED, STOPPED, lost.request_id)
            check_answer(lost, merkle.leaf_hash(encode(lost)), note)
            receipt: Any = cbor.decode(node.core.journal.entry(node.core.journal.head[0] - 1))[3]
            assert signer_of(receipt) == node.core.sealers[node.core.owner].kid
            count = len(records_of(node))
        async with running(tj) as node:
            assert len(records_of(node)) == count

    run(scene)


def test_an_exchange_that_outlasts_the_stop_is_noted_at_the_next_start(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        await pair.ask()
        hanging = asyncio.Event()

        async def hang(_: Any) -> HttpResponse:
            hanging.set()
            await asyncio.sleep(60)
            raise AssertionError

        pair.service.answer = hang
        under_way = asyncio.ensure_future(pair.ask(headers={"X-Road-Id": "lost"}))
        await hanging.wait()
        await pair.tj.stop(grace_s=0)
        under_way.cancel()
        with contextlib.suppress(asyncio.CancelledError, OSError, IndexError):
            await under_way
        async with running(pair.tj_country) as again:
            found = [(record.kind, record.message_id) for record in records_of(again)[2:]]
            assert found == [(Kind.REQUEST, "lost"), (Kind.UNANSWERED, "lost")]

    run_pair(tmp_path, story)


def test_what_was_taken_as_provider_is_the_other_nodes_to_note(tmp_path: Path) -> None:
    kz, tj = build_countries(tmp_path, "KZ", "TJ")

    async def scene() -> None:
        async with running(tj) as node:
            await write(node, request_of(tj, kz, clock_ms()).record, PROVIDER)
        async with running(tj) as node:
            assert [record.kind for record in records_of(node)] == [Kind.REQUEST]

    run(scene)


@pytest.mark.parametrize("error", [JournalFailedError("the disk is gone"), RefusedError("the token is gone")])
def test_a_note_that_cannot_be_written_is_logged_and_keeps_no_node_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error
) -> None:
    kz, tj = build_countries(tmp_path, "KZ", "TJ")

    async def scene() -> None:
        async with running(tj) as node:
            await write(node, request_of(tj, kz, clock_ms()).record)
            lines: list[bytes] = []
            node.log._write = lines.append

            async def fail(*_: Any) -> None:
                raise error

            monkeypatch.setattr(Core, "write_record", fail)
            await note_lost_requests(node.core)
            node.log.flush()
            assert b"is gone" in b"".join(lines)

    run(scene)
