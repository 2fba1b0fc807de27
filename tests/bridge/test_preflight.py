"""A node that is fit to start, and everything that keeps one from it, told at once."""

from __future__ import annotations

import os
import socket

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from countries import Country
from kopir.bridge import preflight
from kopir.bridge.anchors import anchor_text
from kopir.bridge.directory import Directories
from kopir.bridge.directory_store import DirectoryStore
from kopir.bridge.disk import OsDisk
from kopir.signing.keys import write_private_key
from pki import NOW_MS, make_certificate

CONFIG = """
[node]
id = "KZ/GOV/1/node1"
state = "state"
[client]
trusted_subsystems = ["KZ/GOV/1/registry"]
[[client.registered]]
subsystem = "KZ/GOV/1/registry"
certificate = "client.crt"
[peer]
listen = "127.0.0.1:5500"
certificate = "tls.crt"
key = "tls.key"
[[member]]
id = "KZ/GOV/1"
certificate = "member.crt"
key = "member.key"
[directory]
anchors = "anchors"
[[service]]
id = "KZ/GOV/1/registry/regions"
url = "http://127.0.0.1:9101/"
description = "openapi.json"
"""


class Machine:
    """A folder with all that a node needs."""

    def __init__(self, folder):
        self.folder, self.country, self.file = folder, Country(), folder / "node.toml"
        self.file.write_text(CONFIG)
        (folder / "state").mkdir()
        (folder / "openapi.json").write_text("{}")
        self.pair("tls", self.country.tls)
        self.pair("member", self.country.signing)
        self.pair("client", make_certificate("CN=Client"))
        (folder / "anchors").mkdir()
        self.anchor(folder / "directory.cose")
        self.publish()

    def pair(self, name, made):
        (self.folder / f"{name}.key").unlink(missing_ok=True)
        write_private_key(self.folder / f"{name}.key", made.key)
        (self.folder / f"{name}.crt").write_bytes(made.parsed.public_bytes(Encoding.PEM))

    def anchor(self, *addresses):
        anchor = self.country.anchor(*(str(address) for address in addresses))
        (self.folder / "anchors" / "kz.toml").write_text(anchor_text(anchor))
        return anchor

    def publish(self, **changes):
        document = self.country.document(**changes)
        (self.folder / "directory.cose").write_bytes(document)
        return document

    def configure(self, before, after):
        assert before in CONFIG
        self.file.write_text(CONFIG.replace(before, after, 1))

    def check(self, now_ms=NOW_MS):
        faults: dict[str, list[str]] = {}
        for problem in preflight.check(self.file, now_ms):
            faults.setdefault(problem.key, []).append(problem.fault)
        return {key: "; ".join(found) for key, found in faults.items()}


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def test_nothing_is_wrong(machine):
    assert machine.check() == {}
    assert not (machine.folder / "state" / "journal").exists(), "a check changes nothing"


def test_the_document_in_force_serves_when_none_lies_at_hand(machine):
    anchor = machine.anchor("http://directory.example/")
    (machine.folder / "directory.cose").unlink()
    assert machine.check() == {}, "on the first start there is nothing to compare with"
    store = DirectoryStore(machine.folder / "state" / "directories", OsDisk())
    Directories(store, {"KZ": anchor}).accept("KZ", machine.country.document(services=()), NOW_MS)
    assert machine.check() == {"service[1].id": "KZ/GOV/1/registry/regions is not in the own directory"}


def test_a_server_certificate_of_another_authority_serves_clients(machine):
    machine.pair("web", make_certificate("CN=Web", usages=("digital_signature",), eku=()))
    machine.configure("[client]", '[client]\nhttps = ["127.0.0.1:8443"]\ncertificate = "web.crt"\nkey = "web.key"')
    assert machine.check() == {}


def test_a_key_with_a_passphrase_from_a_credential(machine, monkeypatch):
    (machine.folder / "member.key").unlink()
    write_private_key(machine.folder / "member.key", machine.country.signing.key, b"open sesame")
    machine.configure('key = "member.key"', 'key = "member.key"\nkey_passphrase = "credential:member"')
    (machine.folder / "member").write_text("open sesame\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(machine.folder))
    assert machine.check() == {}
    monkeypatch.delenv("CREDENTIALS_DIRECTORY")
    assert "LoadCredential=member" in machine.check()["member[1].key_passphrase"]


@pytest.fixture
def taken():
    """The address of a program that listens."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        yield f"127.0.0.1:{sock.getsockname()[1]}"


def test_the_addresses_of_the_running_node_are_its_own(machine, taken):
    machine.configure("127.0.0.1:5500", taken)
    journal = machine.folder / "state" / "journal"
    journal.mkdir()
    disk = OsDisk()
    lock = disk.lock(journal / "lock")
    assert machine.check() == {}
    disk.close(lock)
    assert set(machine.check()) == {"peer.listen"}


# -- what keeps a node from starting


def test_addresses_that_cannot_be_listened_on(machine, taken):
    machine.configure("127.0.0.1:5500", taken)
    assert machine.check() == {"peer.listen": f"{taken} cannot be listened on: Address already in use"}
    machine.configure("127.0.0.1:5500", "192.0.2.1:5500")
    assert "192.0.2.1:5500 cannot be listened on: " in machine.check()["peer.listen"]
    machine.configure("127.0.0.1:5500", f"{'x' * 70}.example:5500")
    assert machine.check()["peer.listen"].endswith("cannot be listened on: no such host")
    machine.file.write_text(CONFIG + f'[control]\nlisten = "{taken}"\n')
    assert set(machine.check()) == {"control.listen"}


def test_nothing_more_is_told_than_is_wrong(machine):
    machine.configure("[peer]", "[peer]\npool = 3")
    assert list(machine.check()) == ["peer.pool"]
    machine.configure('key = "tls.key"', "")
    assert list(machine.check()) == ["peer.key"]
    machine.configure('id = "KZ/GOV/1/node1"', "")
    assert list(machine.check()) == ["node.id"]
    machine.configure('["KZ/GOV/1/registry"]', '["KZ/registry"]')
    assert list(machine.check()) == ["client.trusted_subsystems"]
    machine.configure("127.0.0.1:5500", "nowhere")
    assert list(machine.check()) == ["peer.listen"]


def test_a_wrong_configuration_hides_nothing_else(machine):
    machine.configure("[peer]", "[peer]\npool = 3")
    (machine.folder / "member.crt").unlink()
    (machine.folder / "openapi.json").unlink()
    machine.publish(services=())
    wrong = ["peer.pool", "member[1].certificate", "service[1].description", "service[1].id"]
    assert list(machine.check()) == wrong


@pytest.mark.parametrize("line", [line for line in CONFIG.splitlines() if line])
def test_whatever_is_missing_or_wrong_the_check_comes_to_an_end(machine, line):
    for other in ("", f"{line.partition('=')[0]}= 3", f'{line.partition("=")[0]}= ""', f"{line.partition('=')[0]}= []"):
        machine.configure(line, other)
        machine.check()


def test_everything_is_told_at_once(machine):
    (machine.folder / "tls.key").chmod(0o640)
    (machine.folder / "member.crt").unlink()
    (machine.folder / "client.crt").write_text("nothing")
    (machine.folder / "openapi.json").unlink()
    (machine.folder / "anchors" / "kz.toml").unlink()
    assert set(machine.check()) == {
        *("peer.key", "member[1].certificate", "client.registered[1].certificate"),
        *("service[1].description", "directory.anchors"),
    }


def test_a_key_that_others_can_read(machine):
    (machine.folder / "tls.key").chmod(0o604)
    assert "is open to others (mode 0604)" in machine.check()["peer.key"]


def test_a_certificate_in_place_of_the_key_is_told_as_that(machine):
    machine.configure('key = "tls.key"', 'key = "tls.crt"')
    (machine.folder / "tls.crt").chmod(0o644)
    assert machine.check() == {
        "peer.key": f"{machine.folder / 'tls.crt'} is a certificate: give the file of the private key"
    }


def test_neither_certificate_nor_key_hides_the_other(machine):
    (machine.folder / "tls.crt").unlink()
    (machine.folder / "tls.key").unlink()
    assert set(machine.check()) == {"peer.certificate", "peer.key"}
    assert all("see there" not in str(problem) for problem in preflight.check(machine.file, NOW_MS))


def test_missing_anchors_do_not_hide_the_own_directory(machine):
    machine.configure('anchors = "anchors"', 'anchors = "nowhere"\nown = "missing.cose"')
    assert set(machine.check()) == {"directory.anchors", "directory"}
    machine.publish(services=())
    machine.configure('anchors = "anchors"', 'anchors = "nowhere"\nown = "directory.cose"')
    assert set(machine.check()) == {"directory.anchors", "service[1].id"}


def test_a_key_of_another_certificate(machine):
    (machine.folder / "tls.crt").write_bytes(machine.country.signing.parsed.public_bytes(Encoding.PEM))
    assert "is not the key of the certificate" in machine.check()["peer.key"]


def test_a_certificate_for_another_purpose(machine):
    machine.pair("tls", machine.country.signing)
    assert "tls.crt is a certificate for signing" in machine.check()["peer.certificate"]
    machine.pair("tls", machine.country.root)
    assert "for another purpose" in machine.check()["peer.certificate"]


def test_an_expired_certificate(machine):
    found = machine.check(now_ms=NOW_MS + 2 * 86_400_000)
    assert set(found) >= {"peer.certificate", "member[1].certificate", "client.registered[1].certificate"}
    assert "expired at" in found["peer.certificate"]


@pytest.mark.parametrize(
    ("changes", "key", "words"),
    [
        ({"members": (), "subsystems": (), "services": (), "nodes": ()}, "member[1].id", "KZ/GOV/1 is not in the own"),
        ({"nodes": ()}, "node.id", "KZ/GOV/1/node1 is not in the own directory"),
        ({"services": ()}, "service[1].id", "is not in the own directory"),
    ],
)
def test_what_the_own_directory_does_not_know(machine, changes, key, words):
    machine.publish(**changes)
    assert words in machine.check()[key]


def test_certificates_that_the_own_directory_does_not_list(machine):
    machine.pair("member", make_certificate("CN=Member", issuer=machine.country.root))
    machine.pair("tls", Country(root=machine.country.root).tls)
    found = machine.check()
    assert "member.crt is not listed for KZ/GOV/1" in found["member[1].certificate"]
    assert "tls.crt is not listed for this node" in found["peer.certificate"]


def test_a_subsystem_that_the_own_directory_does_not_let_this_node_serve(machine):
    machine.configure('["KZ/GOV/1/registry"]', '["KZ/GOV/1/registry", "KZ/GOV/1/archive"]')
    assert machine.check() == {"client": "the own directory does not say that this node serves KZ/GOV/1/archive"}


def test_anchors_and_directories_that_cannot_be_read(machine):
    machine.configure('anchors = "anchors"', 'anchors = "anchors"\nown = "missing.cose"')
    assert "No such file" in machine.check()["directory"]
    machine.configure('anchors = "anchors"', 'anchors = "missing"')
    assert "cannot be read" in machine.check()["directory.anchors"]
    machine.file.write_text(CONFIG)
    (machine.folder / "directory.cose").write_bytes(b"garbage")
    assert "does not begin with tag 18" in machine.check()["directory"]


def test_folders_that_cannot_be_written(machine, monkeypatch):
    # The superuser, as whom tests may run, may write anywhere: so the answer of the system is replaced.
    may = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: not mode & os.W_OK and may(path, mode))
    found = machine.check()
    assert set(found) == {"node.state", "journal.folder"}
    assert "state cannot be written" in found["node.state"]


def test_a_journal_where_a_file_lies(machine):
    machine.file.write_text(CONFIG + '[journal]\nfolder = "openapi.json"\n')
    assert "openapi.json cannot be written" in machine.check()["journal.folder"]
