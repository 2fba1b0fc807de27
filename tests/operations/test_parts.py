"""Which programs a node is made of, by its settings."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from kopir.bridge.config import ConfigError
from kopir.config.env import Environment, parse
from kopir.demo.country import Country, Ports
from kopir.operations.errors import OperationsError
from kopir.operations.parts import NAMES, STOP_ORDER, list_parts
from stands import free_first_port


def environment(**more: str) -> Environment:
    return parse({"KOPIR_COUNTRY": "kz", "KOPIR_DEVELOPMENT": "yes", **more})


@pytest.fixture
def config(tmp_path: Path) -> str:
    country = Country("KZ", tmp_path / "kz", Ports.counted_from(free_first_port()))
    country.build()
    country.trust([])
    return str(country.config)


def names(wanted: tuple[str, ...] = (), workers: int = 1, **more: str) -> list[str]:
    return [part.name for part in list_parts(environment(**more), wanted, workers)]


def test_a_node_without_a_bridge_is_portal_and_worker():
    assert names() == ["portal", "worker"]
    assert names(workers=2) == ["portal", "worker1", "worker2"]


def test_a_node_with_a_bridge_has_three_parts(config):
    assert names(KOPIR_BRIDGE_CONFIG=config) == ["bridge", "portal", "worker"]
    assert names(("worker", "bridge"), KOPIR_BRIDGE_CONFIG=config) == ["bridge", "worker"]


def test_each_is_our_own_command(config):
    for part in list_parts(environment(KOPIR_BRIDGE_CONFIG=config), (), 1):
        assert part.command[:3] == (sys.executable, "-m", "kopir.bridge.cli.main")
        assert part.kind in NAMES
    assert set(STOP_ORDER) == set(NAMES)
    assert [part.kind for part in list_parts(environment(), ("worker",), 3)] == ["worker"] * 3


def test_two_bridges_with_one_journal_never_run_beside_each_other(config):
    beside = {part.name: part.beside for part in list_parts(environment(KOPIR_BRIDGE_CONFIG=config), (), 1)}
    assert beside == {"bridge": False, "portal": True, "worker": True}


def test_the_portal_is_ready_when_it_listens():
    with socket.create_server(("127.0.0.1", 0)) as server:
        (portal,) = list_parts(environment(KOPIR_LISTEN=f"127.0.0.1:{server.getsockname()[1]}"), ("portal",), 1)
        assert portal.is_ready(os.getpid())
    assert not portal.is_ready(os.getpid())


def test_the_bridge_is_ready_when_its_control_port_answers(config):
    (bridge,) = list_parts(environment(KOPIR_BRIDGE_CONFIG=config), ("bridge",), 1)
    assert not bridge.is_ready(os.getpid())
    text = Path(config).read_text("utf-8")
    Path(config).write_text(text[: text.index("[control]")] + text[text.index("[[member]]") :], "utf-8")
    (bridge,) = list_parts(environment(KOPIR_BRIDGE_CONFIG=config), ("bridge",), 1)
    assert (bridge.is_ready(os.getpid()), bridge.settle_s > 0) == (True, True)


def test_a_bridge_that_this_node_has_not_is_named_with_the_remedy(tmp_path):
    with pytest.raises(OperationsError, match="set KOPIR_BRIDGE_CONFIG"):
        names(("bridge",))
    with pytest.raises(ConfigError, match=r"node\.toml"):
        names(KOPIR_BRIDGE_CONFIG=str(tmp_path / "node.toml"))
