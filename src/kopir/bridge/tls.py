"""TLS contexts: 1.3 and certificates on both sides between nodes, registered client certificates at the front door.

OpenSSL checks validity and possession of the keys; which certificate is whose is decided by exact digest elsewhere.
Each trusted certificate is its own anchor, and no authority is trusted: OpenSSL would look for issuers by name among
those of all countries, so that one of them could stand in the way of another's.
"""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from kopir.bridge.passphrases import Passphrases
from kopir.signing.keys import load_private_key
from kopir.wire.peer import ALPN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kopir.bridge.config import KeyPair


def _identify(context: ssl.SSLContext, pair: KeyPair, passphrases: Passphrases | None) -> None:
    """Load certificate and key; the key file is judged like every other key (owner, mode, kind)."""
    source = (passphrases or Passphrases()).source(pair)
    remembered: list[bytes] = []

    def once(sentence: str) -> bytes:
        if not remembered and source is not None:
            remembered.append(source(sentence))
        return remembered[0]

    load_private_key(pair.key, None if source is None else once)
    context.load_cert_chain(pair.certificate, pair.key, password=(lambda: once("")) if source is not None else None)


def trust(context: ssl.SSLContext, certificate: bytes) -> None:
    """Add a certificate (DER) to what `context` trusts. What is already there stays: exact digests decide in the end.

    Takes about 0.2 ms. Raises `ssl.SSLError` or `ValueError` if OpenSSL cannot read it.
    """
    context.load_verify_locations(cadata=certificate)


def peer_server_context(pair: KeyPair, *, passphrases: Passphrases | None = None) -> ssl.SSLContext:
    """Return the context of the peer listener, which trusts nobody yet."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _harden(context)
    context.verify_mode = ssl.CERT_REQUIRED
    context.num_tickets = 0  # connections are kept; a ticket would outlive the certificate it was given for
    context.set_alpn_protocols([ALPN])
    _identify(context, pair, passphrases)
    return context


def peer_client_context(pair: KeyPair, *, passphrases: Passphrases | None = None) -> ssl.SSLContext:
    """Return the context for connections to other nodes, which trusts nobody yet."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    _harden(context)
    context.check_hostname = False  # the directory names the certificate itself, which says more than a host name
    context.set_alpn_protocols([ALPN])
    _identify(context, pair, passphrases)
    return context


def gateway_context(
    pair: KeyPair, registered: Iterable[bytes], *, passphrases: Passphrases | None = None
) -> ssl.SSLContext:
    """Return the context of the https listener: client certificates are accepted only if registered (DER)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2  # information systems are older than nodes
    context.verify_mode = ssl.CERT_REQUIRED
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # the registered certificate is its own anchor
    context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)  # and may be self-signed by an old tool
    _identify(context, pair, passphrases)
    for certificate in registered:
        trust(context, certificate)
    return context


def _harden(context: ssl.SSLContext) -> None:
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN | ssl.VERIFY_X509_TRUSTED_FIRST
