"""Every key of the configuration is taken over by a reload, or named as one that needs a restart."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

from kopir.bridge import config as configuration
from kopir.bridge.config import NodeConfig
from kopir.bridge.config.model import DirectorySection, LimitsSection, PeerSection
from kopir.bridge.reloading import FIXED, needs_restart
from twonodes import Pair, build_countries, run_pair

TAKEN_OVER = {
    "limits.body_bytes",
    "limits.memory_body_bytes",
    "limits.in_flight",
    "limits.per_client",
    "limits.body_ceiling_s",
    "limits.answer_timeout_s",
    "peer.identity",
    "directory.anchors",
    "directory.own",
}


def loaded(folder: Path) -> NodeConfig:
    (kz,) = build_countries(folder, "KZ")
    return configuration.load(kz.config)


def test_nothing_needs_a_restart_for_nothing(tmp_path: Path) -> None:
    config = loaded(tmp_path)
    assert needs_restart(config, config, has_vault=False) == []
    limits = replace(config.limits, in_flight=1)
    assert needs_restart(config, replace(config, limits=limits), has_vault=False) == []


def test_every_key_that_is_used_once_is_named(tmp_path: Path) -> None:
    config = loaded(tmp_path)
    sections = (("limits", LimitsSection), ("peer", PeerSection), ("directory", DirectorySection))
    keys = {f"{name}.{field.name}" for name, section in sections for field in fields(section)}
    assert keys - set(FIXED) == TAKEN_OVER
    new = replace(
        config,
        limits=replace(config.limits, connections=1, idle_timeout_s=1.0),
        peer=replace(config.peer, pool_size=1),
        client=replace(config.client, identity=config.peer.identity),
    )
    assert needs_restart(config, new, has_vault=False) == [
        f"{key} changed: restart the node for that"
        for key in ("peer.pool_size", "limits.idle_timeout_s", "limits.connections", "client.certificate")
    ]


def test_bodies_are_not_promised_to_be_kept_without_a_vault(tmp_path: Path) -> None:
    config = loaded(tmp_path)
    keeping = replace(config, services=tuple(replace(service, keep_bodies=True) for service in config.services))
    assert needs_restart(config, keeping, has_vault=False) == ["service.keep_bodies changed: restart the node for that"]
    assert needs_restart(config, keeping, has_vault=True) == []


def test_a_node_refuses_the_whole_reload_and_names_the_key(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        config = pair.kz_country.config
        config.write_text(config.read_text().replace("[[service]]", "[[service]]\nkeep_bodies = true"))
        assert await pair.kz.reload() == ["service.keep_bodies changed: restart the node for that"]
        assert not pair.kz.core.keeps_bodies(pair.kz_country.service)
        assert (await pair.ask()).status == 200

    run_pair(tmp_path, story)
