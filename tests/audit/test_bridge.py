"""Heads to a bridge that listens, and back out of its journal."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import transaction

from kopir.audit import bridge
from kopir.audit.bridge import post_head, read_journaled
from kopir.audit.errors import BridgeUnreachableError
from kopir.base.transactions import InsideTransactionError
from kopir.bridge.control import Control
from kopir.bridge.http_messages import HttpLimits
from kopir.bridge.http_server import HttpServer
from kopir.bridge.journal import Journal, JournalFailedError
from kopir.wire import cbor
from kopir.wire.evidence import STAMP_ENTRY, AuditHead, decode_audit_head

NODE = "KZ/GOV/1/node1"
HEAD = bytes(range(32))


async def never() -> list[str]:
    return []


@contextmanager
def listening(folder: Path, *, at: str = "tcp", fails: bool = False) -> Iterator[str]:
    """A control port over a journal, in a thread of its own; gives its address."""
    begun = threading.Event()
    state: dict[str, object] = {}

    async def serve() -> None:
        journal = Journal.open(folder, node=NODE, exponent=3)

        async def note(entry: bytes) -> int:
            if fails:
                raise JournalFailedError("the disk is full")
            ticket = journal.append(decode_audit_head(entry).encode(), None)
            await ticket.group.durable
            return ticket.index

        async def stamp() -> bool:
            return False

        control = Control(problems=list, exposition=bytes, reload=never, stamp=stamp, note_head=note, stop=lambda: None)
        side = HttpServer(control.handle, HttpLimits(), is_local=True, max_connections=8)
        loop = asyncio.get_running_loop()
        stop = asyncio.Event()
        if at == "tcp":
            server = await loop.create_server(side.protocol, "127.0.0.1", 0)
            state["address"] = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        else:
            server = await loop.create_unix_server(side.protocol, at)
            state["address"] = f"unix:{at}"
        state["stop"] = lambda: loop.call_soon_threadsafe(stop.set)
        begun.set()
        await stop.wait()
        server.close()
        side.abort()
        await journal.close()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    try:
        assert begun.wait(30)
        yield str(state["address"])
    finally:
        state["stop"]()  # type: ignore[operator]
        thread.join(30)


def test_a_head_goes_into_the_journal_and_is_found_there(tmp_path):
    with listening(tmp_path / "journal") as address:
        assert post_head(address, "portal", 3, HEAD) == 0
        assert post_head(address, "other", 9, HEAD) == 1
        assert post_head(address, "portal", 5, HEAD[::-1]) == 2
    found = read_journaled(tmp_path / "journal", "portal")
    assert found.heads == (AuditHead("portal", 3, HEAD), AuditHead("portal", 5, HEAD[::-1]))
    assert (found.stamped_size, found.is_whole) == (0, True)


def test_over_a_unix_socket(tmp_path):
    with listening(tmp_path / "journal", at=str(tmp_path / "c")) as address:
        assert address.startswith("unix:")
        assert post_head(address, "portal", 1, HEAD) == 0


def write(folder: Path, *entries: bytes | None) -> None:
    """A journal of these entries; None is a time stamp over all before it."""

    async def story() -> None:
        journal = Journal.open(folder, node=NODE, exponent=1)
        for entry in entries:
            size, root = journal.head
            data = cbor.encode([STAMP_ENTRY, size, root, b"token"]) if entry is None else entry
            await journal.append(data, None).group.durable
        await journal.close()

    asyncio.run(story())


def entry(size: int) -> bytes:
    return AuditHead("portal", size, HEAD).encode()


def test_how_far_the_heads_are_under_a_time_stamp(tmp_path):
    write(tmp_path, entry(1), None, entry(2), entry(3), None, entry(4))
    found = read_journaled(tmp_path, "portal")
    assert [head.size for head in found.heads] == [1, 2, 3, 4]
    assert found.stamped_size == 3


def test_a_stamp_over_another_root_covers_nothing(tmp_path):
    write(tmp_path, entry(1), cbor.encode([STAMP_ENTRY, 1, bytes(32), b"token"]))
    assert read_journaled(tmp_path, "portal").stamped_size == 0


def test_heads_of_retired_segments_are_gone_and_that_is_told(tmp_path):
    write(tmp_path, entry(1), entry(2), entry(3), entry(4), entry(5))

    async def retire() -> None:
        journal = Journal.open(tmp_path, node=NODE)
        journal.retire_segment(0)
        await journal.close()

    asyncio.run(retire())
    found = read_journaled(tmp_path, "portal")
    assert ([head.size for head in found.heads], found.is_whole) == ([3, 4, 5], False)


def test_a_bridge_that_is_away_is_named():
    with socket.create_server(("127.0.0.1", 0)) as gone:
        address = f"127.0.0.1:{gone.getsockname()[1]}"
    with pytest.raises(BridgeUnreachableError, match=address):
        post_head(address, "portal", 1, HEAD)
    with pytest.raises(BridgeUnreachableError):
        post_head("unix:/nowhere/at/all", "portal", 1, HEAD)


def test_a_bridge_that_hangs_is_left(monkeypatch):
    monkeypatch.setattr(bridge, "TIMEOUT_S", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(BridgeUnreachableError, match="timed out"):
        post_head(f"127.0.0.1:{silent.getsockname()[1]}", "portal", 1, HEAD)


def test_a_bridge_that_cannot_keep_it_has_not_taken_it(tmp_path):
    with (
        listening(tmp_path, fails=True) as address,
        pytest.raises(BridgeUnreachableError, match="503 the disk is full"),
    ):
        post_head(address, "portal", 1, HEAD)


@pytest.mark.parametrize("answer", [b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", b"SSH-2.0\r\n\r\n", b""])
def test_whatever_else_answers_has_not_taken_it(answer):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def reply() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(answer)

        thread = threading.Thread(target=reply)
        thread.start()
        with pytest.raises(BridgeUnreachableError):
            post_head(f"127.0.0.1:{server.getsockname()[1]}", "portal", 1, HEAD)
        thread.join(10)


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_the_bridge_within_a_transaction():
    with pytest.raises(InsideTransactionError), transaction.atomic():
        post_head("127.0.0.1:1", "portal", 1, HEAD)
