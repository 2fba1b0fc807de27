"""The proof of a domain, asked of a name server on this machine."""

from __future__ import annotations

import socket
import threading

import dns.flags
import dns.message
import dns.resolver
import dns.rrset
import pytest

from kopir.websites.proof import is_proven, record_name, record_text

HOST, PROOF = "edu.example.org", "0123456789abcdef"


@pytest.fixture
def name_server():
    """A resolver whose one server knows the texts that are put into the list."""
    texts: list[str] = []
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    server.settimeout(5)

    def serve() -> None:
        while True:
            try:
                wire, client = server.recvfrom(4096)
            except OSError:
                return
            query = dns.message.from_wire(wire)
            answer = dns.message.make_response(query)
            answer.flags |= dns.flags.RA
            if texts and str(query.question[0].name) == f"{record_name(HOST)}.":
                lines = [f'"{text}"' for text in texts]
                answer.answer.append(dns.rrset.from_text(query.question[0].name, 60, "IN", "TXT", *lines))
            server.sendto(answer.to_wire(), client)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], server.getsockname()[1]
    yield texts, resolver
    server.close()
    thread.join(6)


def test_the_record_proves_the_domain(name_server):
    texts, resolver = name_server
    texts += ["v=spf1 -all", record_text(PROOF)]
    assert is_proven(HOST, PROOF, resolver)


@pytest.mark.parametrize("text", [record_text("another"), PROOF, f"{record_text(PROOF)} ", record_text(PROOF).upper()])
def test_another_text_proves_nothing(name_server, text):
    texts, resolver = name_server
    texts.append(text)
    assert not is_proven(HOST, PROOF, resolver)


def test_no_record_no_proof(name_server):
    _texts, resolver = name_server
    assert not is_proven(HOST, PROOF, resolver)


def test_a_website_that_asked_for_nothing_has_no_proof(name_server):
    texts, resolver = name_server
    texts.append(record_text(""))
    assert not is_proven(HOST, "", resolver)
