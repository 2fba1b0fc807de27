"""The keys and certificates of a running node: its members' signing keys, the clients' registered certificates.

Neither an authority's nor a directory's key is ever loaded by a node.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from kopir.bridge.errors import BridgeError
from kopir.bridge.passphrases import Passphrases
from kopir.signing.keys import load_private_key
from kopir.signing.signer import LocalSigner

if TYPE_CHECKING:
    from pathlib import Path

    from kopir.bridge.config import NodeConfig
    from kopir.signing.signer import Signer


class KeyringError(BridgeError):
    """A key or certificate file that cannot be used."""


def load_signers(config: NodeConfig, passphrases: Passphrases | None = None) -> dict[str, Signer]:
    """Return the signers of all members of this node, by the members' canonical texts.

    Raises:
        SigningError: a key or certificate that does not serve, with file and remedy.
    """
    signers: dict[str, Signer] = {}
    passphrases = passphrases or Passphrases()
    for member in config.members:
        key = load_private_key(member.identity.key, passphrases.source(member.identity))
        signers[member.id] = LocalSigner(key, read_certificate(member.identity.certificate))
    return signers


def load_registered(config: NodeConfig) -> tuple[dict[str, frozenset[bytes]], tuple[bytes, ...]]:
    """Return the registered client certificates: SHA-256 digests by client, and all (DER) for the TLS context."""
    by_client: dict[str, set[bytes]] = {}
    all_of_them: list[bytes] = []
    for registered in config.client.registered:
        certificate = read_certificate(registered.certificate)
        by_client.setdefault(registered.subsystem, set()).add(sha256(certificate).digest())
        all_of_them.append(certificate)
    return {client: frozenset(digests) for client, digests in by_client.items()}, tuple(all_of_them)


def read_certificate(path: Path) -> bytes:
    """Return the DER of the first certificate in a PEM file.

    Raises:
        KeyringError: the file cannot be read or holds none.
    """
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())[0].public_bytes(Encoding.DER)
    except OSError as error:
        msg = f"{path}: cannot be read: {error.strerror}"
        raise KeyringError(msg) from error
    except (ValueError, IndexError) as error:
        msg = f"{path}: holds no certificate in PEM; ask the authority for it again"
        raise KeyringError(msg) from error
