"""Publishing: the next number, the next key, and a refusal of everything that readers would refuse."""

from __future__ import annotations

import re
from hashlib import sha256

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from countries import HOUR_MS, Country
from kopir.bridge.config import ConfigError
from kopir.bridge.directory_checks import ForgedDirectoryError
from kopir.bridge.errors import PublishError
from kopir.bridge.publish import publish, read_description, verify
from kopir.signing.errors import KeyFileError
from kopir.wire.directory import OlderDirectoryError, decode, unframe
from pki import NOW_MS, Key, make_crl, p256

DESCRIPTION = """
instance = "KZ"
authorities = ["root.crt"]
revocation_lists = ["list.crl"]
[[subsystem]]
id = "KZ/GOV/1/registry"
name = "Register"
[[subsystem]]
id = "KZ/GOV/1/archive"
name = "Archive"
[[member]]
id = "KZ/GOV/1"
name = "Министрлік"
certificates = ["member.crt"]
[[service]]
id = "KZ/GOV/1/registry/regions"
type = "OPENAPI3"
title = "Regions"
[[node]]
id = "KZ/GOV/1/node1"
address = "node1.example.kz:5500"
certificates = ["tls.der"]
clients = ["KZ/GOV/1/registry", "KZ/GOV/1/archive"]
[[stamp_authority]]
name = "Stamps"
certificate = "stamps.crt"
"""


class Office:
    """A folder with description and certificates of a country."""

    def __init__(self, folder):
        self.country, self.folder, self.out = Country(), folder, folder / "directory.cose"
        self.source = folder / "directory.toml"
        self.source.write_text(DESCRIPTION)
        for name, made in (("root", "root"), ("member", "signing"), ("stamps", "stamps")):
            pem = getattr(self.country, made).parsed.public_bytes(Encoding.PEM)
            (folder / f"{name}.crt").write_bytes(pem)
        (folder / "tls.der").write_bytes(self.country.tls.der)
        self.crl = make_crl(self.country.root)
        (folder / "list.crl").write_bytes(self.crl)

    def publish(self, *, key: Key | None = None, now_ms=NOW_MS, **options):
        return publish(self.source, key or self.country.key, self.out, now_ms=now_ms, **options)

    def describe(self, before, after):
        text = self.source.read_text()
        assert before in text
        self.source.write_text(text.replace(before, after, 1))

    def announce(self, key, name="next.pub"):
        pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        (self.folder / name).write_bytes(pem)
        self.source.write_text(f'next_key = "{name}"\n' + DESCRIPTION)


@pytest.fixture
def office(tmp_path):
    return Office(tmp_path)


def test_a_published_directory_is_what_was_described(office):
    published = office.publish()
    assert office.out.read_bytes() == published.document
    assert published.kid == sha256(office.country.spki).digest()
    directory = decode(unframe(published.document).payload)
    assert directory == published.directory == verify(published.document, office.country.anchor(), NOW_MS)
    assert (directory.number, directory.issued_ms, directory.expires_ms) == (1, NOW_MS, NOW_MS + 24 * HOUR_MS)
    assert directory.authorities == (office.country.root.der,)
    assert directory.revocation_lists == (office.crl,)
    assert [subsystem.name for subsystem in directory.subsystems] == ["Archive", "Register"], "sorted"
    assert directory.nodes[0].clients == ("KZ/GOV/1/archive", "KZ/GOV/1/registry")
    assert directory.stamp_authorities[0].certificate == office.country.stamps.der
    assert office.out.stat().st_mode & 0o777 == 0o644


def test_the_number_rises_by_one_or_to_what_is_given(office):
    assert [office.publish(now_ms=NOW_MS + step).directory.number for step in range(3)] == [1, 2, 3]
    assert office.publish(number=20).directory.number == 20
    assert office.publish().directory.number == 21


def test_the_validity_is_set_in_the_description(office):
    office.describe('instance = "KZ"', 'instance = "KZ"\nvalid_hours = 1.5')
    assert office.publish().directory.expires_ms == NOW_MS + 3 * HOUR_MS // 2


def test_the_next_key_is_announced_and_then_signs(office):
    second = p256()
    office.publish()
    office.announce(second)
    assert sha256(office.publish().directory.next_key).digest() == sha256(Country(key=second).spki).digest()
    office.source.write_text(DESCRIPTION)
    assert office.publish(key=second).directory.number == 3


def test_a_revocation_list_may_be_pem(office):
    pem = x509.load_der_x509_crl(office.crl).public_bytes(Encoding.PEM)
    (office.folder / "list.crl").write_bytes(pem)
    assert office.publish().directory.revocation_lists == (office.crl,)


# -- hostile


def test_a_document_is_verified_as_a_node_does_it(office):
    document = office.publish().document
    with pytest.raises(ForgedDirectoryError):
        verify(document, Country().anchor(), NOW_MS)
    with pytest.raises(OlderDirectoryError):
        verify(document, office.country.anchor(lowest_number=2), NOW_MS)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('instance = "KZ"', "", 'directory.toml: instance: is missing; write instance = "KZ"'),
        ('instance = "KZ"', 'instance = "TJ"', "is not of instance 'TJ'"),
        ('"member.crt"', '"missing.crt"', "member[1].certificates: .*missing.crt"),
        ('"member.crt"', '"directory.toml"', "member[1].certificates: "),
        ('"list.crl"', '"tls.der"', "revocation_lists: "),
        ('"list.crl"', '"missing"', "revocation_lists: missing cannot be read: No such file"),
        ('instance = "KZ"', 'instance = "KZ"\nnext_key = "root.crt"', "next_key: "),
        ('name = "Register"', 'nane = "Register"', 'subsystem[1].nane: is unknown; .*did you mean "name"'),
        ('certificate = "stamps.crt"', "", "stamp_authority[1].certificate: is missing"),
        ('"KZ/GOV/1/registry", "KZ/GOV/1/archive"', '"KZ/GOV/1/registries"', "is not listed"),
        ("[[node]]", "[[", "is not TOML"),
    ],
)
def test_a_wrong_description_is_told(office, before, after, words):
    office.describe(before, after)
    with pytest.raises(ConfigError, match=words.replace("[1]", r"\[1\]")):
        office.publish()
    assert not office.out.exists()


def test_a_description_that_is_not_there(office):
    office.source.unlink()
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        read_description(office.source, number=1, now_ms=NOW_MS)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('["root.crt"]', "[]", "readers would refuse this directory: .*KZ/GOV/1: no authority"),
        ('"tls.der"', '"member2.crt"', "KZ/GOV/1/node1: .*not for tls"),
    ],
)
def test_what_readers_would_refuse_is_not_published(office, before, after, words):
    (office.folder / "member2.crt").write_bytes(Country(root=office.country.root).signing.der)
    office.publish()
    last = office.out.read_bytes()
    office.describe(before, after)
    with pytest.raises(PublishError, match=words):
        office.publish()
    assert office.out.read_bytes() == last


def test_a_number_never_falls_or_repeats(office):
    office.publish(number=5)
    for number in (0, 4, 5):
        with pytest.raises(PublishError, match="holds number 5 already; give --number 6 or more"):
            office.publish(number=number)


def test_a_key_that_nobody_announced_does_not_follow(office):
    office.publish()
    with pytest.raises(PublishError, match="signed by another key and does not announce this one"):
        office.publish(key=p256())


def test_the_present_key_is_no_next_key(office):
    office.announce(office.country.key)
    with pytest.raises(PublishError, match="next_key: is the present directory key"):
        office.publish()


def test_another_country_s_directory_is_not_overwritten(office):
    office.out.write_bytes(Country("TJ", key=office.country.key).document())
    with pytest.raises(PublishError, match="is the directory of TJ, not of KZ"):
        office.publish()


def test_what_is_no_directory_is_not_overwritten(office):
    office.out.write_bytes(b"something else")
    with pytest.raises(PublishError, match=r"is no directory: .*; move it away"):
        office.publish()
    office.out.unlink()
    office.out.mkdir()
    with pytest.raises(PublishError, match=re.escape("cannot be read: Is a directory")):
        office.publish()


def test_only_keys_that_can_sign_are_taken(office):
    from cryptography.hazmat.primitives.asymmetric import ed25519

    with pytest.raises(KeyFileError, match="P-256"):
        office.publish(key=ed25519.Ed25519PrivateKey.generate())
