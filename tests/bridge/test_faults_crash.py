"""Nodes killed in the middle: what was acknowledged is in both journals, and nothing comes twice.

A disk that refuses under a running node: it says LoggingFailed, is not ready, and never serves again.
"""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import subprocess
import sys
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from evilpeer import caller, deliver, request_of
from kopir.bridge import config as configuration
from kopir.bridge.disk import OsDisk
from kopir.bridge.journal import JournalView, verify
from kopir.demo.country import Country, Ports
from kopir.wire import cbor
from kopir.wire import record as records
from kopir.wire.record import Kind
from scenes import HERE, SERVER, Trace, clock_ms
from twonodes import Pair, Service, build_countries, http, run, running, serving

CALLS = 1000
CALLERS = 16


class Process:
    """A node in a process of its own."""

    def __init__(self, country: Country) -> None:
        self.country = country
        self.log = country.folder / "node.log"
        self.journal = configuration.load(country.config).journal.folder
        self.running: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """Run it; returns when it is ready."""
        command = [sys.executable, "-m", "kopir.bridge.cli.main", "bridge", "run", str(self.country.config)]
        with self.log.open("ab") as log:
            self.running = process = subprocess.Popen(command, stderr=log, stdout=log)  # noqa: ASYNC220
        async with asyncio.timeout(30):
            while not await self._is_ready():
                assert process.poll() is None, self.log.read_text()[-2000:]
                await asyncio.sleep(0.05)

    async def _is_ready(self) -> bool:
        try:
            return (await http(self.country.ports.control, "GET", "/ready")).status == 200
        except OSError:
            return False

    def end(self, number: int = signal.SIGTERM) -> None:
        """End it by a signal."""
        if self.running is not None:
            self.running.send_signal(number)
            self.running.wait(30)
            self.running = None

    def records(self) -> dict[tuple[bytes, Kind], bytes]:
        """The records in its journal on the disk, by request and kind."""
        view = JournalView.open(self.journal)
        entries: list[Any] = [cbor.decode(view.reader.entry(index)) for index in range(view.head[0])]
        every = [(records.decode(entry[2]), entry[2]) for entry in entries if entry[0] == 1]
        return {(record.request_id, record.kind): data for record, data in every}


@dataclass
class Load:
    """Callers of TJ's portal, each on its own, until so many calls were answered; `acked` is what they were told."""

    kz: Country
    tj: Country
    begun: int = 0
    acked: dict[str, bytes] = field(default_factory=dict)
    failed: int = 0

    async def run(self, until: int) -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(CALLERS):
                group.create_task(self._call(until))

    async def _call(self, until: int) -> None:
        while len(self.acked) < until:
            self.begun += 1
            headers = {"X-Road-Client": self.tj.client, "X-Road-Id": f"call-{self.begun}"}
            try:
                got = await http(self.tj.ports.client, "GET", f"/r1/{self.kz.service}/regions/{self.begun}", headers)
            except (OSError, IndexError):  # no connection, or no whole head: nothing was acknowledged
                self.failed += 1
                await asyncio.sleep(0.02)
                continue
            if got.status == 200:
                self.acked[headers["X-Road-Id"]] = uuid.UUID(got.headers["x-road-request-id"]).bytes
            else:
                self.failed += 1
                await asyncio.sleep(0.02)


@pytest.mark.parametrize("victim", ["kz", "tj"], ids=["the provider", "the consumer"])
def test_a_node_killed_in_the_middle_of_a_thousand_exchanges_loses_nothing_acknowledged(tmp_path: Path, victim) -> None:
    kz, tj = build_countries(tmp_path, "KZ", "TJ")
    nodes = {"kz": Process(kz), "tj": Process(tj)}

    async def scene() -> tuple[Load, Service]:
        load = Load(kz, tj)
        async with serving(kz.ports.registry, Service()) as service:
            await asyncio.gather(*(node.start() for node in nodes.values()))
            replayed = request_of(tj, kz, clock_ms()).frames()
            assert (await deliver(kz.ports.peer, caller(tj), replayed)).code == "answered"
            work = asyncio.get_running_loop().create_task(load.run(CALLS))
            while len(load.acked) < CALLS // 3:  # noqa: ASYNC110  # killed while it works, not at an event
                await asyncio.sleep(0.01)
            nodes[victim].end(signal.SIGKILL)
            await nodes[victim].start()
            await work
            assert load.failed, "it was not killed in the middle"
            again = await deliver(kz.ports.peer, caller(tj), replayed)
            assert again.code == SERVER + "InvalidRequest"
        return load, service

    try:
        load, service = run_for(scene)
    finally:
        for node in nodes.values():
            node.end()
    provider, consumer = nodes["kz"].records(), nodes["tj"].records()
    for node in nodes.values():
        report = verify(node.journal)
        assert report.ok, report.fault
    for kind in (Kind.REQUEST, Kind.RESPONSE):
        kept = [(provider.get((one, kind)), consumer.get((one, kind))) for one in load.acked.values()]
        assert all(ours is not None and ours == theirs for ours, theirs in kept)
    seen = [uuid.UUID(dict(one.headers)[b"x-road-request-id"].decode()).bytes for one in service.seen]
    assert [one for one in seen if (one, Kind.REQUEST) not in provider] == []
    assert len(seen) == len(set(seen)), "no request reached the service twice"


def run_for(scene):
    """Run the scene and return what it returns."""
    got = []

    async def outer() -> None:
        got.append(await scene())

    run(outer)
    return got[0]


# The disk


class FailingDisk(OsDisk):
    """The disk of the machine; when told, it refuses one kind of operation from the `after`-th on."""

    def __init__(self) -> None:
        self.operation, self.code, self.after = "", 0, 0

    def refuse(self, operation: str, code: int, after: int = 0) -> None:
        self.operation, self.code, self.after = operation, code, after

    def _step(self, operation: str) -> None:
        if operation == self.operation:
            if not self.after:
                raise OSError(self.code, os.strerror(self.code))
            self.after -= 1

    def write(self, handle: int, data: bytes) -> int:
        self._step("write")
        return super().write(handle, data)

    def datasync(self, handle: int) -> None:
        self._step("datasync")
        super().datasync(handle)


def play_disk(folder: Path, victim: str, story) -> None:
    """Run both nodes, one of them on a `FailingDisk`, and the story."""
    kz, tj = build_countries(folder, "KZ", "TJ")
    disk = FailingDisk()
    on = {victim: {"disk": disk}}

    async def scene() -> None:
        async with (
            serving(kz.ports.registry, Service()) as service,
            running(kz, **on.get("kz", {})) as kz_node,
            running(tj, **on.get("tj", {})) as tj_node,
        ):
            for node in (kz_node, tj_node):  # one that starts again knows the addresses of before, and does not wait
                await node.refresher.refresh(clock_ms())
            await asyncio.wait_for(story(Pair(kz, tj, kz_node, tj_node, service), disk), 60)

    run(scene)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO], ids=["ENOSPC", "EIO"])
@pytest.mark.parametrize("operation", ["write", "datasync"])
@pytest.mark.parametrize("victim", ["kz", "tj"], ids=["the provider", "the consumer"])
def test_a_node_whose_disk_refuses_says_so_and_never_serves_again(tmp_path: Path, victim, operation, code) -> None:
    async def story(pair: Pair, disk: FailingDisk) -> None:
        node, country = (pair.kz, pair.kz_country) if victim == "kz" else (pair.tj, pair.tj_country)
        other = pair.tj if victim == "kz" else pair.kz
        trace = Trace(node, pair.service)
        refused = (SERVER if victim == "kz" else HERE) + "LoggingFailed"
        assert (await pair.ask("/regions/1")).status == 200

        disk.refuse(operation, code)
        got = await pair.ask("/regions/2")
        disk.refuse("", 0)

        assert (got.status, got.headers["x-road-error"]) == (500, refused)
        served = len(pair.service.seen)
        assert served == 1 or (victim, operation) == ("tj", "datasync"), "a request in no journal reached the service"
        for _ in range(3):
            assert (await pair.ask("/regions/3")).headers["x-road-error"] == refused
        assert len(pair.service.seen) == served
        ready = await http(country.ports.control, "GET", "/ready")
        assert (ready.status, b"the journal failed" in ready.body) == (503, True)
        assert b"kopir_journal_failed 1.0" in (await http(country.ports.control, "GET", "/metrics")).body
        assert '"event":"journal_failed"' in trace.log()
        assert not other.core.journal.failed
        assert not [problem for problem in other.problems() if "journal" in problem]

    play_disk(tmp_path, victim, story)


def test_an_answer_that_cannot_be_kept_is_not_given_but_its_request_is_in_the_journal(tmp_path: Path) -> None:
    async def story(pair: Pair, disk: FailingDisk) -> None:
        assert (await pair.ask("/regions/1")).status == 200

        disk.refuse("datasync", errno.EIO, after=1)
        got = await pair.ask("/regions/2")

        assert got.headers["x-road-error"] == SERVER + "LoggingFailed"
        assert len(pair.service.seen) == 2
        assert [one.kind for one in Trace(pair.kz, None).records()][-1] is Kind.REQUEST
        assert [one.kind for one in Trace(pair.tj, None).records()][-2:] == [Kind.REQUEST, Kind.UNANSWERED]

    play_disk(tmp_path, "kz", story)
    kz = Country("KZ", tmp_path / "kz", Ports(*range(7)))
    assert verify(configuration.load(kz.config).journal.folder).ok


def test_a_node_starts_again_on_a_mended_disk_and_refuses_what_it_had_accepted(tmp_path: Path) -> None:
    sent: list[bytes] = []

    async def breaks(pair: Pair, disk: FailingDisk) -> None:
        sent.append(request_of(pair.tj_country, pair.kz_country, clock_ms()).frames())
        assert (await deliver(pair.kz_country.ports.peer, caller(pair.tj_country), sent[0])).code == "answered"
        disk.refuse("write", errno.ENOSPC)
        await pair.ask("/regions/2")
        assert pair.kz.core.journal.failed

    async def mended(pair: Pair, _: FailingDisk) -> None:
        again = await deliver(pair.kz_country.ports.peer, caller(pair.tj_country), sent[0])
        assert again.code == SERVER + "InvalidRequest"
        assert (await pair.ask("/regions/1")).status == 200

    play_disk(tmp_path, "kz", breaks)
    play_disk(tmp_path, "kz", mended)
