"""What a configuration turns into: keys, registered certificates, services, TLS contexts; made at start and at reload.

Making them changes nothing, so that a reload that fails leaves the node as it was.
"""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

from kopir.bridge.keyring import load_registered, load_signers
from kopir.bridge.services import Services
from kopir.bridge.tls import gateway_context, peer_client_context, peer_server_context, trust
from kopir.signing.certificates import load_certificate
from kopir.signing.errors import CertificateError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cryptography import x509

    from kopir.bridge.config import NodeConfig
    from kopir.bridge.directory import Directories
    from kopir.bridge.logs import Log
    from kopir.bridge.passphrases import Passphrases
    from kopir.signing.signer import Signer

LIMIT_TRUSTED: Final = 16_384
"""How many TLS certificates of one country are trusted until the next reload, for OpenSSL forgets none."""
_BREATH: Final = 16
"""After how many certificates the loop may go on with something else."""


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
    _trusted: dict[str, set[bytes]] = field(default_factory=dict)

    @classmethod
    def load(cls, config: NodeConfig, *, passphrases: Passphrases | None = None) -> Self:
        """Read all of it; the peer leg trusts nobody yet.

        Raises:
            BridgeError, SigningError, ProtocolError, OSError: with file and remedy.
        """
        registered, certificates = load_registered(config)
        identity = config.client.identity
        return cls(
            config=config,
            signers=load_signers(config, passphrases),
            registered=registered,
            services=Services(config),
            peer_server_tls=peer_server_context(config.peer.identity, passphrases=passphrases),
            peer_client_tls=peer_client_context(config.peer.identity, passphrases=passphrases),
            gateway_tls=None if identity is None else gateway_context(identity, certificates, passphrases=passphrases),
        )

    async def trust(self, certificates: Mapping[str, Sequence[bytes]]) -> list[str]:
        """Let the peer leg trust more TLS certificates (DER, by instance); return why some are passed over.

        One that cannot be trusted, or a country with too many, keeps nobody else out.
        """
        problems: list[str] = []
        issuers = {instance: {_issuer(der) for der in listed} for instance, listed in certificates.items()}
        done = 0
        for instance, listed in certificates.items():
            trusted = self._trusted.setdefault(instance, set())
            for certificate in listed:
                if certificate in trusted:
                    continue
                why = self._trust(instance, certificate, issuers, len(trusted))
                if why is None:
                    trusted.add(certificate)
                else:
                    problems.append(f"a TLS certificate of {instance} is not trusted: {why}")
                done += 1
                if done % _BREATH == 0:
                    await asyncio.sleep(0)
        return problems

    def _trust(
        self, instance: str, certificate: bytes, issuers: Mapping[str, set[x509.Name | None]], count: int
    ) -> str | None:
        """Let both contexts trust one certificate, or say why not.

        OpenSSL takes a trusted certificate for the issuer of all that name it as theirs, whatever its key and usages,
        and then finds the chain broken. So none may bear the name of another country's issuer.
        """
        if count >= LIMIT_TRUSTED:
            return f"{LIMIT_TRUSTED} are since the last reload"
        try:
            name = load_certificate(certificate).parsed.subject
            rivals = [other for other, names in issuers.items() if other != instance and name in names]
            if rivals and instance != self.config.node.instance:
                return f"it bears the name of an authority of {', '.join(rivals)}"
            trust(self.peer_server_tls, certificate)
            trust(self.peer_client_tls, certificate)
        except (CertificateError, ssl.SSLError, ValueError) as error:
            return f"it cannot be read: {error}"
        return None


async def trust_listed(parts: Parts, directories: Directories, log: Log) -> None:
    """Let the peer leg trust what the directories list, and tell what is passed over."""
    for why in await parts.trust(directories.tls_certificates()):
        log.error("not_trusted", why=why)


def _issuer(certificate: bytes) -> x509.Name | None:
    """The name of a certificate's issuer; None if it cannot be read."""
    try:
        return load_certificate(certificate).parsed.issuer
    except CertificateError:
        return None
