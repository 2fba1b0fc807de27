"""What both roles share: bodies taken in, records made durable under the right key, the window of time, error codes."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from evilpeer import request_of
from kopir.bridge.bodies import BodyStream, BodyTooLargeError, BodyTooSlowError, SpoolFullError, StoredBody
from kopir.bridge.core import Core, body_matches, fault_code, new_detail, service_headers
from kopir.bridge.journal import JournalFailedError
from kopir.wire import cbor, merkle
from kopir.wire.errors import CallerError, MalformedError, PeerProtocolError, RefusedError, ReplayError
from kopir.wire.evidence import CONSUMER, PROVIDER, AuditHead
from kopir.wire.record import Record
from scenes import clock_ms, signer_of
from twonodes import build_countries, edit, run, running

BODY = bytes(range(256)) * 1000


def play(folder: Path, story: Callable[[Core, Record], Awaitable[None]]) -> None:
    """Run one node, whose core and a record of its own the story gets."""
    kz, tj = build_countries(folder, "KZ", "TJ")
    edit(
        tj,
        ("[directory]", "[limits]\nmemory_body_bytes = 1000\nbody_bytes = 300000\nspool_bytes = 400000\n\n[directory]"),
    )

    async def scene() -> None:
        async with running(tj) as node:
            await asyncio.wait_for(story(node.core, request_of(tj, kz, clock_ms()).record), 30)

    run(scene)


def stream_of(*pieces: bytes, ends: bool = True) -> BodyStream:
    stream = BodyStream(lambda _: None)
    for piece in pieces:
        stream.feed(piece)
    if ends:
        stream.end()
    return stream


# The ordinary


def test_a_record_is_sealed_by_its_member_and_durable_in_the_journal(tmp_path: Path) -> None:
    async def story(core: Core, record: Record) -> None:
        written = await core.write_record(CONSUMER, record, "TJ/GOV/DIGITAL")
        await written.ticket.group.durable

        assert core.journal.head[0] == written.ticket.index + 1
        assert cbor.decode(core.journal.entry(written.ticket.index)) == [1, CONSUMER, written.data, written.receipt]
        assert written.leaf == merkle.leaf_hash(written.data)
        assert signer_of(written.receipt) == core.sealers["TJ/GOV/DIGITAL"].kid
        (found,) = core.journal.find(request_id=record.request_id)
        assert found.index == written.ticket.index

    play(tmp_path, story)


@pytest.mark.parametrize("pieces", [(b"",), (b"abc",), (b"a" * 999, b"b"), (BODY,), (BODY[:7], BODY[7:])])
def test_a_body_is_taken_whole_in_memory_or_in_the_spool(tmp_path: Path, pieces) -> None:
    async def story(core: Core, _: Record) -> None:
        for ends in (True, False):
            stream = stream_of(*pieces, ends=ends)
            if not ends:
                asyncio.get_running_loop().call_later(0.01, stream.end)
            stored = await core.collect(stream, "a client")
            assert b"".join(stored.chunks()) == b"".join(pieces)
            assert (stored.data is not None) == (stored.length <= 1000)
            assert core.spool.used_bytes == (stored.length if stored.data is None else 0)
            stored.close()
            assert core.spool.used_bytes == 0

    play(tmp_path, story)


def test_a_note_of_a_directory_is_an_entry_of_its_own(tmp_path: Path) -> None:
    async def story(core: Core, _: Record) -> None:
        await core.note_directory("UZ", 7, bytes(32))
        assert cbor.decode(core.journal.entry(core.journal.head[0] - 1)) == [3, "UZ", 7, bytes(32)]

    play(tmp_path, story)


def test_an_audit_head_is_an_entry_of_its_own_and_durable_when_answered(tmp_path: Path) -> None:
    async def story(core: Core, _: Record) -> None:
        entry = AuditHead("portal", 7, bytes(32)).encode()
        index = await core.note_audit_head(entry)
        assert index == core.journal.head[0] - 1, "durable, and the last one"
        assert core.journal.entry(index) == entry
        with pytest.raises(MalformedError):
            await core.note_audit_head(cbor.encode([1, 0, b"", b""]))
        assert core.journal.head[0] == index + 1

    play(tmp_path, story)


def test_bodies_are_kept_as_the_service_says_and_else_as_the_journal_says(tmp_path: Path) -> None:
    async def story(core: Core, record: Record) -> None:
        (service,) = core.config.services
        journal = core.config.journal
        for of_service, of_journal, kept in (
            (None, False, False),
            (None, True, True),
            (False, True, False),
            (True, False, True),
        ):
            services = (replace(service, keep_bodies=of_service),)
            core.config = replace(core.config, services=services, journal=replace(journal, keep_bodies=of_journal))
            assert core.keeps_bodies(service.id) is kept
            assert core.keeps_bodies(record.service) is of_journal, "a service of another node"

    play(tmp_path, story)


def test_background_work_is_kept_until_it_ends(tmp_path: Path) -> None:
    async def story(core: Core, _: Record) -> None:
        may_end = asyncio.Event()

        async def work() -> None:
            await may_end.wait()

        task = core.start(work())
        assert task in core.tasks
        may_end.set()
        await task
        await asyncio.sleep(0)
        assert task not in core.tasks

    play(tmp_path, story)


def test_both_nodes_make_the_services_headers_of_the_same_values() -> None:
    record = Record(*[None] * 26)._replace(  # type: ignore[arg-type]
        client="TJ/GOV/DIGITAL/egov", message_id="m-1", request_id=bytes(16), user="u", purpose="мақсат"
    )
    headers = dict(service_headers(record, "a/b", ("iin", "9"), b"accept:x/y\r\n", b"cookie:c\r\n"))
    assert headers[b"x-road-request-id"] == b"00000000-0000-0000-0000-000000000000"
    assert (headers[b"x-road-client"], headers[b"x-road-userid"]) == (b"TJ/GOV/DIGITAL/egov", b"u")
    assert (headers[b"accept"], headers[b"cookie"], headers[b"content-type"]) == (b"x/y", b"c", b"a/b")
    assert headers[b"kopir-subject"] == b"iin/9"


def test_codes_say_who_is_at_fault() -> None:
    assert fault_code(CallerError("x"), "ClientProxy") == "Client.BadRequest"
    assert fault_code(RefusedError("x"), "ServerProxy") == "Server.ServerProxy.AccessDenied"
    assert fault_code(PeerProtocolError("x", code="IOError"), "ClientProxy") == "Server.ClientProxy.IOError"
    assert uuid.UUID(new_detail()) != uuid.UUID(new_detail())


# The hostile


def test_nobody_signs_for_a_member_without_its_key(tmp_path: Path) -> None:
    async def story(core: Core, record: Record) -> None:
        size = core.journal.size
        for member in ("KZ/GOV/STAT", "TJ/GOV/NOBODY", "TJ/GOV/DIGITAL/egov", ""):
            with pytest.raises(RefusedError, match="no signing key") as caught:
                await core.write_record(PROVIDER, record, member)
            assert caught.value.code == "CannotCreateSignature"
        assert core.journal.size == size

    play(tmp_path, story)


def test_a_body_over_a_limit_leaves_no_trace(tmp_path: Path) -> None:
    async def story(core: Core, _: Record) -> None:
        with pytest.raises(BodyTooLargeError):
            await core.collect(stream_of(bytes(300_001)), "a client")
        first = await core.collect(stream_of(bytes(300_000)), "a client")
        with pytest.raises(SpoolFullError):
            await core.collect(stream_of(bytes(300_000)), "a client")
        assert core.spool.used_bytes == 300_000
        first.close()
        stream = stream_of(bytes(5000), ends=False)
        asyncio.get_running_loop().call_later(0.01, stream.fail, ConnectionResetError("gone"))
        with pytest.raises(ConnectionResetError, match="gone"):
            await core.collect(stream, "a client")
        assert core.spool.used_bytes == 0

    play(tmp_path, story)


def test_a_failed_journal_takes_no_record(tmp_path: Path) -> None:
    async def story(core: Core, record: Record) -> None:
        await core.journal.close()
        with pytest.raises(JournalFailedError):
            await core.write_record(CONSUMER, record, "TJ/GOV/DIGITAL")

    play(tmp_path, story)


@pytest.mark.parametrize(
    ("age_ms", "is_good"), [(0, True), (300_000, True), (300_001, False), (-60_000, True), (-60_001, False)]
)
def test_the_window_of_time_is_exact(tmp_path: Path, age_ms, is_good) -> None:
    async def story(core: Core, _: Record) -> None:
        core.now_ms = lambda: 2_000_000_000_000
        if is_good:
            core.check_window(2_000_000_000_000 - age_ms)
        else:
            with pytest.raises(ReplayError, match="check both clocks"):
                core.check_window(2_000_000_000_000 - age_ms)

    play(tmp_path, story)


def test_body_and_headers_are_those_of_the_record(tmp_path: Path) -> None:
    async def story(_: Core, record: Record) -> None:
        body, block = StoredBody.of(b"abc"), b"a:b\r\n"
        matching = record._replace(body_length=3, body_digest=body.digest, header_digest=sha256(block).digest())
        body_matches(matching, body, block)
        wrong = [
            (matching, StoredBody.of(b"abd"), block),
            (matching, StoredBody.of(b""), block),
            (matching._replace(body_length=4), body, block),
            (matching, body, b""),
            (matching, body, b"a:c\r\n"),
        ]
        for one in wrong:
            with pytest.raises(PeerProtocolError) as caught:
                body_matches(*one)
            assert caught.value.code == "InvalidHashChainRef"

    play(tmp_path, story)


def test_a_body_that_comes_for_ever_is_given_up(tmp_path: Path) -> None:
    async def story(core: Core, _: Record) -> None:
        core.config = replace(core.config, limits=replace(core.config.limits, body_ceiling_s=0.2))
        stream = stream_of(ends=False)

        async def drip() -> None:
            while True:
                stream.feed(b"x" * 500)
                await asyncio.sleep(0.01)

        task = core.start(drip())
        with pytest.raises(BodyTooSlowError, match="body_ceiling_s"):
            await asyncio.wait_for(core.collect(stream, "a client"), 5)
        task.cancel()
        assert core.spool.used_bytes == 0
        stalled = stream_of(ends=False)
        stalled.fail(TimeoutError("the other node stopped sending"))
        with pytest.raises(TimeoutError, match="stopped sending"):
            await core.collect(stalled, "a client")

    play(tmp_path, story)
