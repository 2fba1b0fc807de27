"""The values of a node's configuration, section by section; explained in docs/reference/configuration.md."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

LEAST_SHARE: Final = 8
"""What one other node may always have at the same time, whatever the limits of all."""


@dataclass(frozen=True, slots=True)
class TcpAddress:
    """A TCP address; `host` has no brackets."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class UnixAddress:
    """A unix socket."""

    path: Path

    def __str__(self) -> str:
        return f"unix:{self.path}"


Address: TypeAlias = TcpAddress | UnixAddress


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A certificate (PEM, with its chain if it has one), its private key and where the key's passphrase comes from.

    `key_passphrase` is a source (`credential:NAME`, `fd:N`, `prompt`), never the passphrase; None: the key has none.
    """

    certificate: Path
    key: Path
    key_passphrase: str | None = None


@dataclass(frozen=True, slots=True)
class NodeSection:
    """Who this node is: `id` is the canonical node text, `owner` the canonical text of its member."""

    id: str
    state: Path
    log_level: str = "info"

    @property
    def owner(self) -> str:
        """Canonical text of the member that runs this node."""
        return self.id.rpartition("/")[0]

    @property
    def instance(self) -> str:
        """The first segment of `id`, as it stands there."""
        return self.id.partition("/")[0]


@dataclass(frozen=True, slots=True)
class RegisteredClient:
    """A client (canonical text) and the certificate (PEM file) that its information system presents."""

    subsystem: str
    certificate: Path


@dataclass(frozen=True, slots=True)
class ClientSection:
    """Where information systems call. `identity` is there whenever `https` is."""

    http: tuple[Address, ...] = ()
    https: tuple[TcpAddress, ...] = ()
    identity: KeyPair | None = None
    trusted_subsystems: frozenset[str] = frozenset()
    registered: tuple[RegisteredClient, ...] = ()


@dataclass(frozen=True, slots=True)
class PeerSection:
    """Where other nodes call, and how connections to them are kept."""

    listen: TcpAddress
    identity: KeyPair
    pool_size: int = 256
    idle_s: float = 300.0


@dataclass(frozen=True, slots=True)
class ControlSection:
    """Health, readiness, metrics and control; None: this node offers none."""

    listen: Address | None = None


@dataclass(frozen=True, slots=True)
class MemberKey:
    """A member (canonical text) whose signing key this node holds."""

    id: str
    identity: KeyPair


@dataclass(frozen=True, slots=True)
class DirectorySection:
    """Whom this node trusts, and its own country's document if it serves that."""

    anchors: Path
    own: Path | None = None
    listen: Address | None = None
    refresh_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Allow:
    """One right. None for `method` or `path` means any.

    `kind` is `client` (a subsystem), `member` (the member and all its subsystems) or `group`.
    """

    kind: str
    subject: str
    method: str | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """A service that this node provides, and who may call it. `description` is a file, a URL or None."""

    id: str
    url: str
    type: str = "REST"
    description: Path | str | None = None
    timeout_s: float = 60.0
    disabled_notice: str | None = None
    keep_bodies: bool | None = None
    allow: tuple[Allow, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Subsystems, and members with all theirs (canonical texts, of any instance), that get rights together."""

    id: str
    members: frozenset[str]


@dataclass(frozen=True, slots=True)
class JournalSection:
    """Where the journal lies and what it keeps beside the records; `retention_days` None: bodies are kept forever."""

    folder: Path
    keep_bodies: bool = False
    keep_openings: bool = False
    retention_days: int | None = None
    exponent: int = 14


@dataclass(frozen=True, slots=True)
class TimestampSection:
    """The time stamp authority; `url` None: there is none. `stop_after_s` 0: never stop for want of stamps."""

    url: str | None = None
    every_s: float = 60.0
    stop_after_s: float = 14_400.0


@dataclass(frozen=True, slots=True)
class LimitsSection:
    """What one request, one client and the whole node may take."""

    header_bytes: int = 65_536
    body_bytes: int = 2 << 30
    memory_body_bytes: int = 1 << 20
    memory_bytes: int = 1 << 28
    spool_bytes: int = 8 << 30
    in_flight: int = 2_048
    per_client: int = 512
    header_timeout_s: float = 10.0
    body_timeout_s: float = 60.0
    body_ceiling_s: float = 3_600.0
    answer_timeout_s: float = 90.0
    idle_timeout_s: float = 75.0
    connections: int = 4_096

    @property
    def peer_connections(self) -> int:
        """How many of `connections` one other node may hold, so that it shuts out nobody."""
        return max(LEAST_SHARE, self.connections // 4)

    @property
    def peer_in_flight(self) -> int:
        """How many of `in_flight` may be one other node's requests."""
        return max(LEAST_SHARE, self.in_flight // 4)


@dataclass(frozen=True, slots=True)
class ErrorsSection:
    """How error codes are spelled: `camel` (X-Road up to 7.7) or `snake` (from 7.8)."""

    spelling: str = "camel"


@dataclass(frozen=True, slots=True)
class NodeConfig:
    """All of it. `file` is where it came from; every path in it is absolute."""

    file: Path
    node: NodeSection
    client: ClientSection
    peer: PeerSection
    control: ControlSection
    members: tuple[MemberKey, ...]
    directory: DirectorySection
    services: tuple[Service, ...]
    groups: tuple[Group, ...]
    journal: JournalSection
    timestamp: TimestampSection
    limits: LimitsSection
    errors: ErrorsSection
