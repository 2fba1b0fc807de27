"""What a configuration turns into: all of it, or a complaint and nothing."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from kopir.bridge import config as configuration
from kopir.bridge.parts import Parts
from kopir.signing.errors import KeyFileError
from kopir.signing.facts import load_certificate, read_certificate_file
from twonodes import build_countries, edit


def test_parts_hold_every_key_and_service(tmp_path: Path) -> None:
    kz, _ = build_countries(tmp_path, "KZ", "TJ")

    parts = Parts.load(configuration.load(kz.config), [])

    digital = read_certificate_file(kz.folder / "keys" / "digital.crt")
    assert parts.signers[kz.owner].kid == load_certificate(digital).kid
    assert set(parts.signers) == {kz.owner, kz.statistics}
    assert parts.services.find(kz.service) is not None
    assert parts.gateway_tls is None


def test_a_registered_certificate_is_known_by_its_digest(tmp_path: Path) -> None:
    kz, _ = build_countries(tmp_path, "KZ", "TJ")
    text = f'\n[[client.registered]]\nsubsystem = "{kz.client}"\ncertificate = "keys/tls.crt"\n\n[peer]'
    edit(kz, ("\n[peer]", text))

    parts = Parts.load(configuration.load(kz.config), [])

    certificate = read_certificate_file(kz.folder / "keys" / "tls.crt")
    assert parts.registered == {kz.client: frozenset({sha256(certificate).digest()})}


def test_authorities_are_trusted_from_the_start_and_later(tmp_path: Path) -> None:
    kz, tj = build_countries(tmp_path, "KZ", "TJ")
    first, second = (read_certificate_file(country.folder / "ca" / "ca.crt") for country in (kz, tj))

    parts = Parts.load(configuration.load(kz.config), [first])
    assert parts.peer_server_tls.get_ca_certs(binary_form=True) == [first]
    parts.trust([second])

    assert set(parts.peer_server_tls.get_ca_certs(binary_form=True)) == {first, second}
    assert set(parts.peer_client_tls.get_ca_certs(binary_form=True)) == {first, second}


def test_a_key_that_others_can_read_stops_all_of_it(tmp_path: Path) -> None:
    kz, _ = build_countries(tmp_path, "KZ", "TJ")
    (kz.folder / "keys" / "stat.key").chmod(0o644)

    with pytest.raises(KeyFileError, match=r"stat\.key"):
        Parts.load(configuration.load(kz.config), [])
