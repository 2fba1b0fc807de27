"""What a configuration turns into: all of it, or a complaint and nothing."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from pathlib import Path

import pytest

from countries import Country
from kopir.bridge import config as configuration
from kopir.bridge.parts import Parts
from kopir.signing.errors import KeyFileError
from kopir.signing.facts import load_certificate, read_certificate_file
from pki import TLS, make_certificate, make_root
from twonodes import build_countries, edit

BOTH = ("digital_signature",)


def test_parts_hold_every_key_and_service(tmp_path: Path) -> None:
    kz, _ = build_countries(tmp_path, "KZ", "TJ")

    parts = Parts.load(configuration.load(kz.config))

    digital = read_certificate_file(kz.folder / "keys" / "digital.crt")
    assert parts.signers[kz.owner].kid == load_certificate(digital).kid
    assert set(parts.signers) == {kz.owner, kz.statistics}
    assert parts.services.find(kz.service) is not None
    assert parts.gateway_tls is None


def test_a_registered_certificate_is_known_by_its_digest(tmp_path: Path) -> None:
    kz, _ = build_countries(tmp_path, "KZ", "TJ")
    text = f'\n[[client.registered]]\nsubsystem = "{kz.client}"\ncertificate = "keys/tls.crt"\n\n[peer]'
    edit(kz, ("\n[peer]", text))

    parts = Parts.load(configuration.load(kz.config))

    certificate = read_certificate_file(kz.folder / "keys" / "tls.crt")
    assert parts.registered == {kz.client: frozenset({sha256(certificate).digest()})}


def trusted(parts: Parts) -> int:
    """What both contexts of the peer leg hold, in number."""
    numbers = {context.cert_store_stats()["x509"] for context in (parts.peer_server_tls, parts.peer_client_tls)}
    assert len(numbers) == 1
    return numbers.pop()


def test_certificates_are_trusted_each_once(tmp_path: Path) -> None:
    (kz,) = build_countries(tmp_path, "KZ")
    parts = Parts.load(configuration.load(kz.config))
    root = make_root()
    ders = [make_certificate(f"CN=Node {number}", issuer=root, usages=BOTH, eku=TLS).der for number in range(40)]
    assert trusted(parts) == 0
    assert asyncio.run(parts.trust({"KZ": ders[:1]})) == []
    assert trusted(parts) == 1
    assert asyncio.run(parts.trust({"KZ": ders, "TJ": ders[:2]})) == []
    assert trusted(parts) == 40


def test_a_key_that_others_can_read_stops_all_of_it(tmp_path: Path) -> None:
    kz, _ = build_countries(tmp_path, "KZ", "TJ")
    (kz.folder / "keys" / "stat.key").chmod(0o644)

    with pytest.raises(KeyFileError, match=r"stat\.key"):
        Parts.load(configuration.load(kz.config))


@pytest.mark.parametrize("junk", [b"junk", b"", b"\x30\x80"])
def test_what_openssl_cannot_read_keeps_nobody_else_out(tmp_path: Path, junk: bytes) -> None:
    (kz,) = build_countries(tmp_path, "KZ")
    parts = Parts.load(configuration.load(kz.config))
    ders = [make_certificate(f"CN=Node {number}", usages=BOTH, eku=TLS).der for number in range(2)]
    (problem,) = asyncio.run(parts.trust({"AX": [junk, ders[0]], "KZ": [ders[1]]}))
    assert "of AX is not trusted: it cannot be read" in problem
    assert trusted(parts) == 2


def test_a_country_that_changes_its_certificates_for_ever_fills_no_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kopir.bridge.parts.LIMIT_TRUSTED", 3)
    (kz,) = build_countries(tmp_path, "KZ")
    parts = Parts.load(configuration.load(kz.config))
    ders = [make_certificate(f"CN=Node {number}", usages=BOTH, eku=TLS).der for number in range(6)]
    assert asyncio.run(parts.trust({"AX": ders[:3]})) == []
    (problem,) = asyncio.run(parts.trust({"AX": ders[3:4], "KZ": ders[5:]}))
    assert problem == "a TLS certificate of AX is not trusted: 3 are since the last reload"
    assert trusted(parts) == 4


@pytest.mark.parametrize("order", [1, -1])
def test_a_certificate_that_bears_the_name_of_anothers_authority_is_passed_over(tmp_path: Path, order: int) -> None:
    (kz,) = build_countries(tmp_path, "KZ")
    parts = Parts.load(configuration.load(kz.config))
    node, liar = Country("TJ").tls, make_certificate("CN=Authority,C=KZ", usages=BOTH, eku=TLS)
    listed = dict([("AX", (liar.der,)), ("TJ", (node.der,))][::order])
    (problem,) = asyncio.run(parts.trust(listed))
    assert problem == "a TLS certificate of AX is not trusted: it bears the name of an authority of TJ"
    assert trusted(parts) == 1
    assert asyncio.run(parts.trust({"AX": (liar.der,)})) == [], "once nobody has an authority of that name"
    assert trusted(parts) == 2


def test_no_other_country_says_whom_this_one_trusts_of_its_own(tmp_path: Path) -> None:
    (kz,) = build_countries(tmp_path, "KZ")
    parts = Parts.load(configuration.load(kz.config))
    own, other = Country("KZ").tls, make_certificate("CN=x", issuer=make_root("CN=Node"), usages=BOTH, eku=TLS)
    assert asyncio.run(parts.trust({"AX": (other.der,), "KZ": (own.der,)})) == []
