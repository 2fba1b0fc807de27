"""The keys of a running node: loaded from its configuration, refused with file and remedy where they do not serve."""

from __future__ import annotations

import shutil
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from kopir.bridge import config as configuration
from kopir.bridge.keyring import KeyringError, load_registered, load_signers, read_certificate
from kopir.demo.country import Country
from kopir.signing.errors import CertificateError, KeyFileError
from kopir.signing.facts import kid_of
from pki import make_certificate
from twonodes import build_countries, edit


@pytest.fixture
def country(tmp_path: Path) -> Country:
    return build_countries(tmp_path, "KZ", "TJ")[0]


def test_every_member_has_its_signer(country: Country):
    signers = load_signers(configuration.load(country.config))
    assert set(signers) == {country.owner, country.statistics}
    certificate = read_certificate(country.folder / "keys" / "stat.crt")
    assert signers[country.statistics].kid == kid_of(certificate) == sha256(certificate).digest()


def test_the_authoritys_and_the_directorys_keys_are_not_needed(country: Country):
    shutil.rmtree(country.folder / "ca")
    (country.folder / "keys" / "directory.key").unlink()
    assert load_signers(configuration.load(country.config))


def test_several_certificates_of_one_client_are_all_registered(country: Country, tmp_path: Path):
    made = [make_certificate(f"CN=System {number}") for number in range(3)]
    text = country.config.read_text()
    for number, one in enumerate(made):
        (country.folder / f"{number}.crt").write_bytes(one.parsed.public_bytes(Encoding.PEM))
        client = country.client if number < 2 else country.owner
        text += f'\n[[client.registered]]\nsubsystem = "{client}"\ncertificate = "{number}.crt"\n'
    country.config.write_text(text)
    by_client, everything = load_registered(configuration.load(country.config))
    digests = [sha256(one.der).digest() for one in made]
    assert by_client == {country.client: frozenset(digests[:2]), country.owner: frozenset(digests[2:])}
    assert everything == tuple(one.der for one in made)


def test_no_registered_certificate_at_all(country: Country):
    assert load_registered(configuration.load(country.config)) == ({}, ())


# -- what does not serve


def test_a_key_that_others_can_read_is_refused(country: Country):
    (country.folder / "keys" / "stat.key").chmod(0o640)
    with pytest.raises(KeyFileError, match=r"stat\.key"):
        load_signers(configuration.load(country.config))


def test_a_key_of_another_member_is_refused(country: Country):
    edit(country, ('key = "keys/stat.key"', 'key = "keys/digital.key"'))
    with pytest.raises(KeyFileError, match="does not belong"):
        load_signers(configuration.load(country.config))


def test_a_tls_certificate_does_not_sign(country: Country):
    edit(country, ('"keys/stat.crt"', '"keys/tls.crt"'), ('key = "keys/stat.key"', 'key = "keys/tls.key"'))
    with pytest.raises(CertificateError, match="not for signing"):
        load_signers(configuration.load(country.config))


@pytest.mark.parametrize(
    "content", [b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_a_file_without_certificate_is_named(tmp_path: Path, content: bytes):
    (tmp_path / "x.crt").write_bytes(content)
    with pytest.raises(KeyringError, match=r"x\.crt: holds no certificate"):
        read_certificate(tmp_path / "x.crt")


def test_a_file_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(KeyringError, match=r"x\.crt: cannot be read"):
        read_certificate(tmp_path / "x.crt")
