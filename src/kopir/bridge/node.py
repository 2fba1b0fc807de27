"""One node: puts the parts together, opens the listeners, keeps everything fresh, and stops without losing anything.

The life of it: `start`, then requests, reloads (SIGHUP or the control port) and directory changes, then `stop`.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import random
import signal
import time
from functools import partial
from typing import TYPE_CHECKING, Final

import uvloop

from kopir.bridge import config as configuration
from kopir.bridge.anchors import load_anchors
from kopir.bridge.consumer import Consumer
from kopir.bridge.control import Control
from kopir.bridge.core import Core
from kopir.bridge.descriptors import complaint, raise_limit
from kopir.bridge.directory_refresh import Refresher
from kopir.bridge.evidence import make_evidence
from kopir.bridge.gateway import Gateway
from kopir.bridge.http_client import HttpClient
from kopir.bridge.http_messages import HttpRequest, HttpResponse
from kopir.bridge.journal import Journal, JournalFailedError
from kopir.bridge.listeners import Listeners
from kopir.bridge.logs import FLUSH_S, Log
from kopir.bridge.metrics import Metrics
from kopir.bridge.opening import open_directories, open_spool, open_vault, recall_requests
from kopir.bridge.parts import Parts, trust_listed
from kopir.bridge.passphrases import Passphrases
from kopir.bridge.peer_client import PeerPool
from kopir.bridge.peer_server import PeerServer
from kopir.bridge.provider import Provider
from kopir.bridge.proving import Prover
from kopir.bridge.reloading import needs_restart
from kopir.bridge.sealing import Sealer
from kopir.bridge.stamping import Stamper
from kopir.bridge.supervision import Supervisor
from kopir.bridge.unanswered import note_lost_requests
from kopir.wire.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kopir.bridge.config import NodeConfig
    from kopir.bridge.directory import Change
    from kopir.bridge.disk import Disk

GRACE_S: Final = 30.0
SWEEP_S: Final = 1.0
FIRST_REFRESH_S: Final = 5.0
"""How long a start waits for a directory that it does not have yet."""
FORGET_S: Final = 3600.0


def now_ms() -> int:
    """Return the wall clock in milliseconds since 1970. The one place of the bridge that reads it."""
    return time.time_ns() // 1_000_000


class Node:
    """A node of one configuration. Make it inside a running event loop."""

    def __init__(self, config: NodeConfig, *, clock: Callable[[], int] = now_ms, disk: Disk | None = None) -> None:
        """Load keys, journal and directories; nothing listens yet.

        `clock` gives milliseconds since 1970; the journal is written through `disk`.

        Raises:
            BridgeError, SigningError, ProtocolError: what an operator must mend first.
        """
        directories = open_directories(config)
        self._passphrases = Passphrases()
        self._parts = Parts.load(config, passphrases=self._passphrases)
        self._passphrases.stop_asking()
        self.log = Log(config.node.id, level=config.node.log_level)
        self.metrics = Metrics()
        self.client = HttpClient()
        self.stopping = asyncio.Event()
        self._supervisor = Supervisor(self.log)
        journal = self._open_journal(config, disk)
        self.core = Core(
            config=config,
            directories=directories,
            journal=journal,
            sealers={},
            prover=Prover(),
            spool=open_spool(config),
            metrics=self.metrics,
            log=self.log,
            vault=open_vault(config, journal.exponent, now_ms),
            now_ms=clock,
        )
        self._take_over_signers()
        self.stamper = Stamper(self.core, self.client)
        self.refresher = Refresher(
            directories, fetch=self.client.fetch, log=self.log, metrics=self.metrics, changed=self._directory_changed
        )
        self.pool = PeerPool(
            lambda: self._parts.peer_client_tls,
            nodes_by_tls=self.core.nodes_by_tls,
            max_idle=config.peer.pool_size,
            idle_s=config.peer.idle_s,
        )
        self.consumer = Consumer(self.core, self.pool, check=self._check)
        replay = recall_requests(journal, clock())
        self.provider = Provider(self.core, self._parts.services, self.client, replay, check=self._check)
        find = partial(make_evidence, journal=journal, directories=directories)
        self.gateway = Gateway(self.core, self.consumer, registered=self._parts.registered, find_evidence=find)
        self.peers = self._make_peer_server()
        control, render = self._make_control().handle, self.gateway.render
        self.listeners = Listeners(config, self.gateway.handle, control, self._publish, self.peers, render=render)
        self._reloading = asyncio.Lock()

    def _open_journal(self, config: NodeConfig, disk: Disk | None) -> Journal:
        journal = Journal.open(config.journal.folder, node=config.node.id, disk=disk, exponent=config.journal.exponent)
        journal.on_failure(
            lambda error: self.log.error("journal_failed", why=str(error), remedy="free or replace the disk")
        )
        if journal.cut_bytes:
            self.log.warning("journal_cut", bytes=journal.cut_bytes, why="the last group was torn when the node died")
        return journal

    def _make_peer_server(self) -> PeerServer:
        config = self.core.config
        return PeerServer(
            self.provider.serve,
            nodes_by_tls=self.core.nodes_by_tls,
            report=self._report_peer,
            now_ms=self.core.now_ms,
            idle_s=config.peer.idle_s,
            max_connections=config.limits.connections,
            max_per_peer=config.limits.peer_connections,
        )

    def _make_control(self) -> Control:
        return Control(
            problems=self.problems,
            exposition=self._exposition,
            reload=self.reload,
            stamp=self.stamper.stamp_now,
            note_head=self.core.note_audit_head,
            stop=self.stopping.set,
        )

    # -- life

    async def start(self) -> None:
        """Fetch the directories that are missing, open the listeners, begin the background work."""
        config = self.core.config
        if not self._knows_everyone():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.refresher.refresh(self.core.now_ms()), FIRST_REFRESH_S)
        await trust_listed(self._parts, self.core.directories, self.log)
        self._take_over_directories()
        await note_lost_requests(self.core)
        await self.listeners.open(self._parts.peer_server_tls, self._parts.gateway_tls)
        refresh = partial(
            self.refresher.refresh_forever,
            period_s=config.directory.refresh_s,
            clock_ms=self.core.now_ms,
            draw=random.random,
        )
        for name, work in (
            ("refreshing directories", refresh),
            ("time stamping", self.stamper.run),
            ("ending stalled connections", self._sweep_forever),
            ("writing the log", self._flush_forever),
            ("forgetting", self._forget_forever),
        ):
            self.core.start(self._supervisor.keep(name, work))
        gc.freeze()
        if (why := complaint(config)) is not None:
            self.log.warning("few_open_files", why=why)
        self.log.info("started", problems=self.problems())
        self.log.flush()

    async def stop(self, grace_s: float = GRACE_S) -> None:
        """Take no more requests, let those under way end for `grace_s`, make the journal durable and let go of it."""
        self.log.info("stopping", consumer=self.consumer.in_flight, provider=self.provider.in_flight)
        self.listeners.close()
        deadline = time.monotonic() + grace_s
        while self._is_busy and time.monotonic() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        for task in list(self.core.tasks):
            task.cancel()
        self.listeners.abort()
        self.gateway.close()
        self.pool.close()
        self.client.close()
        await self.core.journal.close()
        if self.core.vault is not None:
            await asyncio.to_thread(self.core.vault.close)
        self.log.info("stopped")
        self.log.flush()

    def _knows_everyone(self) -> bool:
        """Whether there is a directory in force for every anchor: then an address that hangs delays no start."""
        directories, now = self.core.directories, self.core.now_ms()
        found = (directories.get(instance) for instance in directories.anchors)
        return all(one is not None and now < one.directory.expires_ms for one in found)

    @property
    def _is_busy(self) -> bool:
        return bool(self.consumer.in_flight or self.provider.in_flight or self.listeners.is_busy)

    def problems(self) -> list[str]:
        """Return why this node is not ready, each with its remedy; empty when it is."""
        core = self.core
        found = self._supervisor.problems()
        if core.journal.failed:
            found.append("the journal failed: repair the disk and restart the node")
        if core.vault is not None and core.vault.error is not None:
            found.append(core.vault.error.message)
        try:
            core.directories.in_force(core.config.node.instance, core.now_ms())
        except RefusedError as error:
            found.append(error.message)
        try:
            self.stamper.check()
        except RefusedError as error:
            found.append(error.message)
        if self.stopping.is_set():
            found.append("stopping")
        return found

    def _check(self) -> None:
        """Refuse exchanges that could not be proven afterwards: no journal, vault, own directory, time stamps.

        Raises:
            JournalFailedError, VaultError, RefusedError: LoggingFailed, OutdatedGlobalConf, TimestampingFailed.
        """
        core = self.core
        if core.journal.failed:
            msg = "the journal failed: this node keeps no more evidence"
            raise JournalFailedError(msg)
        core.check_vault()
        core.directories.in_force(core.config.node.instance, core.now_ms())
        self.stamper.check()

    # -- what changes while it runs

    async def reload(self) -> list[str]:
        """Read configuration, keys, rights and anchors again; return what is wrong, and then change nothing at all.

        What is used once, when the node starts, is taken over only by a restart (`kopir.bridge.reloading`).
        """
        async with self._reloading:  # two at once could leave a listener with the older TLS context behind
            return await self._take_over()

    async def _take_over(self) -> list[str]:
        old = self.core.config
        try:
            config = configuration.load(old.file)
            anchors = load_anchors(config.directory.anchors)
            parts = Parts.load(config, passphrases=self._passphrases)
        except Exception as error:  # noqa: BLE001  # a reload must never end the node; the operator is told everything
            self.log.error("reload_refused", why=str(error))
            return str(error).splitlines()
        if problems := needs_restart(old, config, has_vault=self.core.vault is not None):
            return problems
        await trust_listed(parts, self.core.directories, self.log)
        self.core.config = config
        self._parts = parts
        self._take_over_signers()
        self.gateway.registered = parts.registered
        self.provider.services = parts.services
        for change in self.core.directories.replace_anchors(anchors):
            await self._directory_changed(change)
        await self.listeners.replace_tls(parts.peer_server_tls, parts.gateway_tls)
        await self.refresher.refresh(self.core.now_ms())
        self.log.info("reloaded")
        return []

    async def _directory_changed(self, change: Change) -> None:
        """Take a new document into use: forget verified roots, close connections of certificates that left."""
        core = self.core
        if change.removed_kids:
            core.prover.forget()
        if change.removed_tls:
            self.pool.close_dead(change.removed_tls)
            self.peers.close_dead(change.removed_tls)
        self._take_over_directories()
        await trust_listed(self._parts, self.core.directories, self.log)
        if change.number is not None and change.digest is not None:
            await core.note_directory(change.instance, change.number, change.digest)

    def _take_over_directories(self) -> None:
        core = self.core
        own = core.directories.get(core.config.node.instance)
        entry = own.directory.node(core.node) if own is not None else None
        core.own_clients = frozenset(entry.clients) if entry is not None else frozenset()
        if own is not None and entry is None:
            self.log.error(
                "not_in_directory", remedy=f"have {core.node} entered in the directory of {core.config.node.instance}"
            )

    def _take_over_signers(self) -> None:
        """Keep a sealer whose key stayed: it may have a signature under way."""
        sealers, signers = self.core.sealers, self._parts.signers
        for member in set(sealers) - set(signers):
            del sealers[member]
        for member, signer in signers.items():
            if member not in sealers or sealers[member].kid != signer.kid:
                sealers[member] = Sealer(signer, start=self.core.start)

    # -- work in the background

    async def _sweep_forever(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_S)
            self.listeners.sweep()
            self.stamper.observe()

    async def _flush_forever(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_S)
            self.log.flush()

    async def _forget_forever(self) -> None:
        """Destroy the keys of bodies and openings past their retention, every hour."""
        vault = self.core.vault
        while vault is not None:
            days = self.core.config.journal.retention_days
            if days is not None and (forgotten := await asyncio.to_thread(vault.forget_expired, days)):
                self.log.info("forgotten", segments=forgotten)
            await asyncio.sleep(FORGET_S)

    # -- faces

    async def _publish(self, request: HttpRequest) -> HttpResponse:
        """Serve this country's own directory document: GET /directory."""
        own = self.core.config.directory.own
        if own is None or request.method not in {"GET", "HEAD"} or request.target.partition(b"?")[0] != b"/directory":
            return HttpResponse(404, [(b"content-type", b"text/plain; charset=utf-8")], b"GET /directory\n")
        document = await asyncio.to_thread(own.read_bytes)
        return HttpResponse(200, [(b"content-type", b"application/cose")], document)

    def _exposition(self) -> bytes:
        core, metrics = self.core, self.metrics
        metrics.in_flight.labels("consumer").set(self.consumer.in_flight)
        metrics.in_flight.labels("provider").set(self.provider.in_flight)
        metrics.signatures.set(sum(sealer.signatures for sealer in core.sealers.values()))
        metrics.verifications.set(core.prover.verifications)
        metrics.handshakes.set(self.pool.handshakes)
        metrics.journal_size.set(core.journal.head[0])
        metrics.journal_failed.set(int(core.journal.failed))
        metrics.spool_bytes.set(core.spool.used_bytes)
        return metrics.exposition()

    def _report_peer(self, code: str, text: str, count: int) -> None:
        self.metrics.early_failures.labels(f"Server.ServerProxy.{code}").inc(count)
        self.log.limited("peer_refused", key=code, code=code, why=text)


async def _run(config: NodeConfig) -> None:
    node = Node(config)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, node.stopping.set)
    loop.add_signal_handler(signal.SIGHUP, lambda: node.core.start(_reload(node)))
    try:
        await node.start()
        await node.stopping.wait()
    finally:
        await node.stop()


async def _reload(node: Node) -> None:
    await node.reload()


def main(file: Path) -> int:
    """Run the node of the configuration in `file` until it is told to stop; return the exit code.

    Raises:
        ConfigError, BridgeError, SigningError, JournalError, ProtocolError: it cannot start, with the remedy.
    """
    config = configuration.load(file)
    # What was made while starting stays for ever, and an exchange makes no cycles: collect seldom, and not all of that.
    gc.set_threshold(20_000, 20, 50)
    raise_limit()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_run(config))
    return 0
