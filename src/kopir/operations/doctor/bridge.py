"""What is wrong with the bridge: its configuration, how it runs, what is about to expire."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from prometheus_client.parser import text_string_to_metric_families

from kopir.bridge.config import NodeConfig, examine
from kopir.bridge.preflight import check
from kopir.config.env import Environment
from kopir.operations.asking import ask
from kopir.signing.certificates import load_certificate
from kopir.signing.errors import SigningError
from kopir.signing.facts import read_certificate_file

from .findings import Finding, find

SOON: Final = timedelta(days=21)
LEAST_DIRECTORY_S: Final = 6 * 3600.0
LONGEST_UNSTAMPED_S: Final = 600.0
LIMIT_WORDS: Final = 300


def check_configuration(file: Path, now: datetime) -> Iterator[Finding]:
    """Everything that `kopir bridge check` says. Passphrases that a person types are not asked for."""
    config, problems = examine(file)
    if not any(_asks(source) for source in _sources(config)):
        problems = check(file, int(now.timestamp() * 1000))
    for problem in problems:
        yield find("bridge.wrong", fault=str(problem))


def check_running(address: str) -> Iterator[Finding]:
    """What the bridge says at its control port."""
    try:
        status, text = ask(address, "/ready")
        metrics = ask(address, "/metrics")[1]
    except OSError as error:
        yield find("bridge.silent", address=address, why=error.strerror or str(error) or type(error).__name__)
        return
    if status != 200:
        yield find("bridge.not_ready", why="; ".join(text.split("\n")).strip("; ")[:LIMIT_WORDS])
    for family in text_string_to_metric_families(metrics):
        for sample in family.samples:
            if sample.name == "kopir_directory_expires_seconds" and sample.value < LEAST_DIRECTORY_S:
                hours = max(0, round(sample.value / 3600))
                yield find("bridge.directory", instance=sample.labels["instance"], hours=hours)
            elif sample.name == "kopir_unstamped_seconds" and sample.value > LONGEST_UNSTAMPED_S:
                yield find("bridge.unstamped", minutes=int(sample.value // 60))


def check_certificates(config: NodeConfig, now: datetime) -> Iterator[Finding]:
    """Those that are valid and will not be for long; others the configuration's own check tells."""
    pairs = [config.peer.identity, *(member.identity for member in config.members)]
    if config.client.identity is not None:
        pairs.append(config.client.identity)
    paths = {pair.certificate for pair in pairs} | {one.certificate for one in config.client.registered}
    for path in sorted(paths):
        try:
            end = datetime.fromtimestamp(load_certificate(read_certificate_file(path)).not_after_ms / 1000, UTC)
        except SigningError:
            continue
        if now < end < now + SOON:
            yield find("bridge.certificate", path=path, day=f"{end:%Y-%m-%d}")


def check_agreement(environment: Environment, config: NodeConfig) -> Iterator[Finding]:
    """Whether the portal's settings are of this bridge."""
    listens = "" if config.control.listen is None else str(config.control.listen)
    if environment.bridge_control != listens:
        told = environment.bridge_control or "empty"
        yield find("bridge.other_control", told=told, listens=listens or "nowhere: give it [control] listen")
    told = environment.bridge_journal
    if not told or Path(told).absolute() != config.journal.folder:
        yield find("bridge.other_journal", told=told or "empty", writes=config.journal.folder)


def _sources(config: NodeConfig) -> Iterator[str | None]:
    yield config.peer.identity.key_passphrase
    for member in config.members:
        yield member.identity.key_passphrase
    if config.client.identity is not None:
        yield config.client.identity.key_passphrase


def _asks(source: str | None) -> bool:
    return source is not None and not source.startswith("credential:")
