"""Directory documents: frame and payload have one form each, and whoever holds a directory finds what stands in it."""

from __future__ import annotations

from hashlib import sha256

from ends import tell_error, tell_refusal

from kopir.wire import directory
from kopir.wire.errors import MalformedError


def check(data: bytes) -> str:
    """Take a document apart and put it together; read what it holds, or the input itself, as a payload."""
    try:
        envelope = directory.unframe(data)
    except MalformedError as error:
        return f"{tell_refusal(error, data)}; {_check_payload(data)}"
    assert directory.frame(envelope.alg, envelope.kid, envelope.payload, envelope.signature) == data
    assert envelope.tbs == directory.to_be_signed(envelope.alg, envelope.kid, envelope.payload)
    return f"framed {envelope.alg}; {_check_payload(envelope.payload)}"


def _check_payload(payload: bytes) -> str:
    try:
        read = directory.decode(payload)
    except MalformedError as error:
        tell_refusal(error, payload)  # asserts where
        return tell_error(error).rpartition(": ")[2]  # what stands before it names an entry
    assert directory.encode(read) == payload
    _check_tables(read)
    counts = (read.members, read.subsystems, read.services, read.nodes, read.stamp_authorities, read.authorities)
    return f"accepted {[min(len(entries), 3) for entries in counts]} {read.next_key is None}"


def _check_tables(read: directory.Directory) -> None:
    for member in read.members:
        assert read.member_name(member.id) == member.name
        for certificate in member.certificates:
            assert read.signer(sha256(certificate).digest()) == directory.SignerEntry(member.id, certificate)
            assert read.node_by_tls(sha256(certificate).digest()) is None, "a signing key opens no connection"
    for node in read.nodes:
        assert read.node(node.id) is node
        assert read.has_member(node.owner)
        assert all(read.has_client(client) and node in read.nodes_for(client) for client in node.clients)
        assert all(read.node_by_tls(sha256(certificate).digest()) is node for certificate in node.certificates)
    ids = [member.id for member in read.members] + [subsystem.id for subsystem in read.subsystems]
    ids += [service.id for service in read.services] + [node.id for node in read.nodes]
    assert all(text.startswith(f"{read.instance}/") and text.isascii() for text in ids), "it speaks for itself alone"
