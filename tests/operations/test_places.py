"""Where an installation keeps its keys and papers, as a backup names them."""

from __future__ import annotations

import pytest

from kopir.bridge.config import ConfigError
from kopir.config.env import Environment, parse
from kopir.demo.country import Country, Ports
from kopir.operations import places


def environment(tmp_path, **more: str) -> Environment:
    base = {"KOPIR_COUNTRY": "kz", "KOPIR_DEVELOPMENT": "yes", "KOPIR_FOLDER": str(tmp_path / "portal")}
    return parse({**base, **more})


@pytest.fixture
def country(tmp_path) -> Country:
    made = Country("KZ", tmp_path / "kz", Ports.counted_from(29_000))
    made.build()
    made.trust([])
    return made


def test_keys_of_the_portal_lie_where_the_settings_say(tmp_path):
    folder = tmp_path / "portal"
    assert places.list_key_files(environment(tmp_path), None) == {
        "portal/master.key": folder / "keys" / "master.key",
        "portal/sign-in.key": folder / "keys" / "sign-in.key",
        "portal/identity.toml": folder / "identity.toml",
    }
    other = environment(tmp_path, KOPIR_MASTER_KEY_FILE="/etc/kopir/master.key")
    assert str(places.list_key_files(other, None)["portal/master.key"]) == "/etc/kopir/master.key"
    assert places.load_bridge(other) is None
    assert places.list_vault_keys(None) == {}


def test_every_key_of_the_bridge_is_named_and_no_key_is_a_paper(tmp_path, country):
    bridge = places.load_bridge(environment(tmp_path, KOPIR_BRIDGE_CONFIG=str(country.config)))
    assert bridge is not None
    (bridge.node.state / "vault-keys").mkdir(parents=True)
    (bridge.node.state / "vault-keys" / "00000001-2026-11-22.key").touch()
    keys = places.list_key_files(environment(tmp_path), bridge)
    named = {path.name for path in keys.values()} - {"master.key", "sign-in.key", "identity.toml"}
    assert named == {"tls.key", "digital.key", "stat.key"}
    assert list(places.list_vault_keys(bridge)) == ["vault/00000001-2026-11-22.key"]
    papers = places.list_bridge_papers(bridge)
    assert {"node.toml", "certificates/peer.crt", "directory.cose"} <= set(papers)
    assert all(path.is_file() for path in papers.values())
    assert not any(b"PRIVATE KEY" in path.read_bytes() for path in papers.values())


def test_a_bridge_that_cannot_be_read_is_told(tmp_path):
    with pytest.raises(ConfigError, match=r"none\.toml"):
        places.load_bridge(environment(tmp_path, KOPIR_BRIDGE_CONFIG=str(tmp_path / "none.toml")))
