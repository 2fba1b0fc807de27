"""What a configuration turns into: keys, registered certificates, services, TLS contexts; made at start and at reload.

Making them changes nothing, so that a reload that fails leaves the node as it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from kopir.bridge.keyring import load_registered, load_signers
from kopir.bridge.services import Services
from kopir.bridge.tls import gateway_context, peer_client_context, peer_server_context, trust

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable

    from kopir.bridge.config import NodeConfig
    from kopir.signing.signer import Signer


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that is taken from files other than the configuration itself, ready for use."""

    config: NodeConfig
    signers: dict[str, Signer]
    registered: dict[str, frozenset[bytes]]
    services: Services
    peer_server_tls: ssl.SSLContext
    peer_client_tls: ssl.SSLContext
    gateway_tls: ssl.SSLContext | None

    @classmethod
    def load(cls, config: NodeConfig, authorities: Iterable[bytes]) -> Self:
        """Read all of it; the peer leg trusts `authorities` (DER) from the start.

        Raises:
            BridgeError, SigningError, ProtocolError, OSError: with file and remedy.
        """
        registered, certificates = load_registered(config)
        trusted = tuple(authorities)
        identity = config.client.identity
        return cls(
            config=config,
            signers=load_signers(config),
            registered=registered,
            services=Services(config),
            peer_server_tls=peer_server_context(config.peer.identity, trusted),
            peer_client_tls=peer_client_context(config.peer.identity, trusted),
            gateway_tls=None if identity is None else gateway_context(identity, certificates),
        )

    def trust(self, authorities: Iterable[bytes]) -> None:
        """Let the peer leg trust more authorities (DER)."""
        trusted = tuple(authorities)
        trust(self.peer_server_tls, trusted)
        trust(self.peer_client_tls, trusted)
