"""TLS between nodes and towards information systems: versions, certificates, and files that do not serve."""

from __future__ import annotations

import socket
import ssl
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from kopir.bridge.config import KeyPair
from kopir.bridge.tls import gateway_context, peer_client_context, peer_server_context, trust
from kopir.signing.errors import KeyFileError
from kopir.signing.keys import write_private_key
from kopir.wire.peer import ALPN
from pki import TLS, Made, make_certificate, make_root

NOW: Any = {"from_ms": 1_600_000_000_000, "to_ms": 4_000_000_000_000}
BOTH = ("digital_signature",)


def make(subject: str, issuer: Made | None = None, **changes: Any) -> Made:
    return make_certificate(subject, issuer=issuer, usages=BOTH, eku=TLS, **(NOW | changes))


ROOT = make_root("CN=Authority of KZ", **NOW)
OTHER_ROOT = make_root("CN=Authority of TJ", **NOW)
NODE = make("CN=node1", ROOT)
PEER = make("CN=node2", OTHER_ROOT)
EXPIRED = make("CN=node3", OTHER_ROOT, to_ms=1_700_000_000_000)
CLIENT = make("CN=system 1")
STRANGER = make("CN=system 2")


def pair(folder: Path, made: Made, passphrase: bytes | None = None) -> KeyPair:
    name = made.parsed.subject.rfc4514_string().replace("=", "-").replace(" ", "-")
    certificate, key = folder / f"{name}.crt", folder / f"{name}.key"
    certificate.write_bytes(made.parsed.public_bytes(Encoding.PEM))
    if not key.exists():
        write_private_key(key, made.key, passphrase)
    return KeyPair(certificate, key)


def meet(server: ssl.SSLContext, client: ssl.SSLContext, alpn: str | None = None) -> tuple[ssl.SSLSocket, bytes | None]:
    """Do a handshake over a socket pair and one byte each way; give the client's side and who the server saw."""
    one, other = socket.socketpair()
    seen: list[bytes | None] = []
    failures: list[Exception] = []

    def serve() -> None:
        try:
            with server.wrap_socket(one, server_side=True) as wrapped:
                seen.append(wrapped.getpeercert(binary_form=True))
                wrapped.sendall(b"x")
        except (ssl.SSLError, OSError) as error:
            failures.append(error)
            one.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        wrapped = client.wrap_socket(other, server_hostname="node")
        try:
            if wrapped.recv(1) != b"x":
                raise ConnectionError
        finally:
            wrapped.close()
    finally:
        other.close()
        thread.join()
    return wrapped, seen[0]


def server_of(pair: KeyPair, *trusted: Made) -> ssl.SSLContext:
    return trusting(peer_server_context(pair), *trusted)


def client_of(pair: KeyPair, *trusted: Made) -> ssl.SSLContext:
    return trusting(peer_client_context(pair), *trusted)


def trusting(context: ssl.SSLContext, *trusted: Made) -> ssl.SSLContext:
    for made in trusted:
        trust(context, made.der)
    return context


def outsider(made: Made | None, folder: Path) -> ssl.SSLContext:
    """A client that trusts everyone."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if made is not None:
        context.load_cert_chain(pair(folder, made).certificate, pair(folder, made).key)
    return context


def test_two_nodes_meet_with_certificates_on_both_sides(tmp_path: Path) -> None:
    server = server_of(pair(tmp_path, NODE), NODE, PEER)
    client = client_of(pair(tmp_path, PEER), NODE, PEER)
    wrapped, seen = meet(server, client)
    assert seen == PEER.der
    for context in (server, client):
        assert context.minimum_version is ssl.TLSVersion.TLSv1_3
        assert context.verify_mode is ssl.CERT_REQUIRED
    assert server.num_tickets == 0
    assert wrapped is not None


def test_certificates_are_added_while_it_runs(tmp_path: Path) -> None:
    server = server_of(pair(tmp_path, NODE), NODE)
    client = client_of(pair(tmp_path, PEER))
    with pytest.raises((ssl.SSLError, OSError)):
        meet(server, client)
    trust(client, NODE.der)
    with pytest.raises((ssl.SSLError, OSError)):
        meet(server, client)
    trust(server, PEER.der)
    assert meet(server, client)[1] == PEER.der


def test_a_passphrase_is_asked_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = replace(pair(tmp_path, NODE, b"secret"), key_passphrase="credential:node")
    folder = tmp_path / "credentials"
    folder.mkdir()
    (folder / "node").write_bytes(b"secret")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    assert meet(server_of(sealed, PEER), client_of(pair(tmp_path, PEER), NODE))
    (folder / "node").write_bytes(b"wrong")
    with pytest.raises(KeyFileError):
        peer_server_context(sealed)


def test_an_information_system_shows_its_registered_certificate(tmp_path: Path) -> None:
    context = gateway_context(pair(tmp_path, NODE), [CLIENT.der])
    assert meet(context, outsider(CLIENT, tmp_path))[1] == CLIENT.der
    old = outsider(CLIENT, tmp_path)
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    assert meet(context, old)[1] == CLIENT.der


# -- hostile


def test_a_certificate_that_is_not_registered_ends_the_handshake(tmp_path: Path) -> None:
    context = gateway_context(pair(tmp_path, NODE), [CLIENT.der])
    for number, made in enumerate((STRANGER, PEER, make("CN=system 1"), None)):
        folder = tmp_path / str(number)
        folder.mkdir()
        with pytest.raises((ssl.SSLError, OSError)):
            meet(context, outsider(made, folder))


@pytest.mark.parametrize("which", ["none", "unknown", "unlisted", "expired", "old"])
def test_a_peer_without_a_good_certificate_or_with_an_old_version_gets_nothing(tmp_path: Path, which: str) -> None:
    server = server_of(pair(tmp_path, NODE), NODE, PEER, EXPIRED)
    made = {
        "none": None,
        "unknown": make("CN=node3", make_root("CN=Authority of nobody", **NOW)),
        "unlisted": make("CN=node3", OTHER_ROOT),
        "expired": EXPIRED,
        "old": PEER,
    }[which]
    client = outsider(made, tmp_path)
    client.set_alpn_protocols([ALPN])
    if which == "old":
        client.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises((ssl.SSLError, OSError)):
        meet(server, client)


def test_a_node_does_not_talk_to_a_server_that_no_directory_lists(tmp_path: Path) -> None:
    client = client_of(pair(tmp_path, PEER), NODE)
    server = server_of(pair(tmp_path, STRANGER), PEER)
    with pytest.raises((ssl.SSLError, OSError)):
        meet(server, client)


def test_a_key_that_others_can_read_or_that_fits_another_certificate_is_refused(tmp_path: Path) -> None:
    own = pair(tmp_path, NODE)
    own.key.chmod(0o644)
    with pytest.raises(KeyFileError):
        peer_server_context(own)
    own.key.chmod(0o600)
    own.key.write_bytes(PEER.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(ssl.SSLError):
        peer_server_context(own)


def test_a_certificate_of_anothers_name_and_key_identifier_stands_in_nobodys_way(tmp_path: Path) -> None:
    """AX lists a certificate that says it is KZ's node, or an authority that says it is KZ's; both are in vain."""
    liars = [make("CN=node1", identifiers=False, extra=[identifier_of(NODE)])]
    impostor = make_root("CN=Authority of KZ", identifiers=False, extra=[identifier_of(ROOT)], **NOW)
    liars.append(make("CN=node of AX", impostor))
    for number, order in enumerate(((*liars, NODE, PEER), (NODE, PEER, *liars))):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert meet(server_of(pair(folder, NODE), *order), client_of(pair(folder, PEER), *order))[1] == PEER.der


def identifier_of(made: Made) -> tuple[x509.ExtensionType, bool]:
    return made.parsed.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value, False
