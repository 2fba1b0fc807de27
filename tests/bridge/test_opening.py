"""What a node opens at its start; and what it remembers of requests whatever its clock says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from evilpeer import caller, deliver, request_of
from kopir.bridge import config as configuration
from kopir.bridge.opening import open_directories, open_spool, open_vault
from scenes import HOUR_MS, SERVER, clock_ms
from twonodes import Service, build_countries, run, running, serving


def test_folders_are_made_and_a_vault_only_where_something_is_kept(tmp_path: Path) -> None:
    kz, _ = build_countries(tmp_path, "KZ", "TJ")
    config = configuration.load(kz.config)
    assert open_directories(config).get("KZ") is None
    assert (config.node.state / "spool").is_dir()
    assert open_vault(config, 14, clock_ms) is None
    service = replace(config.services[0], keep_bodies=True)
    assert open_vault(replace(config, services=(service,)), 14, clock_ms) is not None


def test_half_of_the_spool_is_anybodys_but_always_one_body(tmp_path: Path) -> None:
    kz, _ = build_countries(tmp_path, "KZ", "TJ")
    config = configuration.load(kz.config)
    for spool_bytes, body_bytes, share in ((1000, 100, 500), (1000, 900, 900)):
        limits = replace(config.limits, spool_bytes=spool_bytes, body_bytes=body_bytes)
        assert open_spool(replace(config, limits=limits))._share_bytes == share


def test_a_clock_that_was_ahead_during_a_restart_forgets_no_request(tmp_path: Path) -> None:
    kz, tj = build_countries(tmp_path, "KZ", "TJ")
    off_ms = 0

    async def scene() -> None:
        nonlocal off_ms
        async with serving(kz.ports.registry, Service()) as service, running(tj):
            sent = request_of(tj, kz, clock_ms()).frames()
            async with running(kz) as node:
                await node.refresher.refresh(clock_ms())
                assert (await deliver(kz.ports.peer, caller(tj), sent)).code == "answered"
            off_ms = HOUR_MS
            async with running(kz, clock=lambda: clock_ms() + off_ms) as node:
                off_ms = 0
                await node.refresher.refresh(clock_ms())
                assert (await deliver(kz.ports.peer, caller(tj), sent)).code == SERVER + "InvalidRequest"
                fresh = request_of(tj, kz, clock_ms()).frames()
                assert (await deliver(kz.ports.peer, caller(tj), fresh)).code == "answered"
            assert len(service.seen) == 2

    run(scene)
