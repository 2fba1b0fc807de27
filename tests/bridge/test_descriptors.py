"""The limit of open files: raised to what is allowed, and told when that is too little."""

from __future__ import annotations

import resource
from dataclasses import replace
from pathlib import Path

import pytest

from kopir.bridge import config as configuration
from kopir.bridge import descriptors
from twonodes import build_countries


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Soft and hard limit of a made-up process."""
    limits = [256, 100_000]
    monkeypatch.setattr(resource, "getrlimit", lambda _: tuple(limits))
    monkeypatch.setattr(resource, "setrlimit", lambda _, new: limits.__setitem__(slice(None), new))
    return limits


def test_the_soft_limit_becomes_the_hard_one(given: list[int]) -> None:
    descriptors.raise_limit()
    assert given == [100_000, 100_000]


def test_a_limit_that_the_configured_connections_cannot_reach_is_told(tmp_path: Path, given: list[int]) -> None:
    kz, _ = build_countries(tmp_path, "KZ", "TJ")
    config = configuration.load(kz.config)
    config = replace(config, limits=replace(config.limits, connections=1000, in_flight=100))
    kinds = 2  # plain clients and other nodes
    given[1] = kinds * 1000 + 100 + descriptors.RESERVE
    assert descriptors.complaint(config) is None
    given[1] -= 1
    assert "LimitNOFILE" in (descriptors.complaint(config) or "")
    given[1] = resource.RLIM_INFINITY
    assert descriptors.complaint(config) is None
