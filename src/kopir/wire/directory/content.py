"""What one country's directory says: who takes part, with which keys, at which addresses. Checked once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from ipaddress import AddressValueError, IPv6Address
from itertools import pairwise
from typing import Final, Protocol, TypeVar

from kopir.wire import names
from kopir.wire.errors import CallerError, MalformedError

LIMIT_CERTIFICATE_BYTES: Final = 16 << 10
LIMIT_REVOCATION_LIST_BYTES: Final = 2 << 20
LIMIT_KEY_BYTES: Final = 8 << 10
LIMIT_NAME_BYTES: Final = 512
LIMIT_VALIDITY_MS: Final = 7 * 24 * 3_600_000
"""How long a document may hold: so long, at most, can a certificate that left be passed off as listed."""
LIMIT_AUTHORITIES: Final = 64
LIMIT_REVOCATION_LISTS: Final = 64
LIMIT_CERTIFICATES: Final = 8192
"""Of members and nodes together; each costs its readers the search for a chain."""
SERVICE_TYPES: Final = frozenset({"REST", "OPENAPI3"})

_HOST_CHARACTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-")


@dataclass(frozen=True, slots=True)
class MemberEntry:
    """A member, its name for people and the certificates (DER) of its signing keys."""

    id: str
    name: str
    certificates: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class SubsystemEntry:
    """A subsystem: a client text of four segments."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class ServiceEntry:
    """A published service, `type` one of `SERVICE_TYPES`."""

    id: str
    type: str
    title: str


@dataclass(frozen=True, slots=True)
class NodeEntry:
    """A node: where it listens (`host:port`), its TLS certificates (DER) and the clients (their texts) it serves."""

    id: str
    address: str
    certificates: tuple[bytes, ...] = ()
    clients: tuple[str, ...] = ()

    @property
    def owner(self) -> str:
        """Canonical text of the member that runs the node."""
        return self.id.rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class StampAuthorityEntry:
    """A time stamp authority whose tokens this country accepts; a new key comes under another name."""

    name: str
    certificate: bytes


@dataclass(frozen=True, slots=True)
class SignerEntry:
    """Who holds a signing key: the member's canonical text and the certificate (DER)."""

    member: str
    certificate: bytes


class _Entry(Protocol):
    @property
    def id(self) -> str: ...


_E = TypeVar("_E", bound=_Entry)


@dataclass(frozen=True, slots=True)
class Directory:
    """The content of one document. Raises `MalformedError` when a rule of the document is broken.

    `instance` is the first segment of every identifier in it, percent-encoded as there. A member among a node's clients
    covers that member itself and none of its subsystems: each subsystem that a node serves is listed.
    """

    instance: str
    number: int
    issued_ms: int
    expires_ms: int
    authorities: tuple[bytes, ...] = ()
    revocation_lists: tuple[bytes, ...] = ()
    members: tuple[MemberEntry, ...] = ()
    subsystems: tuple[SubsystemEntry, ...] = ()
    services: tuple[ServiceEntry, ...] = ()
    nodes: tuple[NodeEntry, ...] = ()
    stamp_authorities: tuple[StampAuthorityEntry, ...] = ()
    next_key: bytes | None = None

    _members: dict[str, MemberEntry] = field(init=False, repr=False, compare=False)
    _subsystems: dict[str, SubsystemEntry] = field(init=False, repr=False, compare=False)
    _services: dict[str, ServiceEntry] = field(init=False, repr=False, compare=False)
    _nodes: dict[str, NodeEntry] = field(init=False, repr=False, compare=False)
    _signers: dict[bytes, SignerEntry] = field(init=False, repr=False, compare=False)
    _by_tls: dict[bytes, NodeEntry] = field(init=False, repr=False, compare=False)
    _serving: dict[str, tuple[NodeEntry, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check every rule and build the tables that each exchange looks things up in."""
        self._check_head()
        for name, entries in (
            ("_members", self._keyed("member", self.members, names.parse_member)),
            ("_subsystems", self._keyed("subsystem", self.subsystems, _parse_subsystem)),
            ("_services", self._keyed("service", self.services, names.parse_service)),
            ("_nodes", self._keyed("node", self.nodes, names.parse_node)),
        ):
            object.__setattr__(self, name, entries)
        self._check_entries()
        object.__setattr__(self, "_signers", self._table_of_signers())
        object.__setattr__(self, "_by_tls", self._table_of_tls())
        object.__setattr__(self, "_serving", self._table_of_clients())

    def signer(self, kid: bytes) -> SignerEntry | None:
        """Whose signing certificate has this SHA-256."""
        return self._signers.get(kid)

    def node_by_tls(self, digest: bytes) -> NodeEntry | None:
        """Which node presents the TLS certificate with this SHA-256."""
        return self._by_tls.get(digest)

    def node(self, node: str) -> NodeEntry | None:
        """The entry of a node by its canonical text."""
        return self._nodes.get(node)

    def nodes_for(self, client: str) -> tuple[NodeEntry, ...]:
        """The nodes that serve a member or subsystem, in the document's order; empty if there is none."""
        return self._serving.get(client, ())

    def has_member(self, member: str) -> bool:
        """Whether the member (canonical text) is listed."""
        return member in self._members

    def has_client(self, client: str) -> bool:
        """Whether the member or subsystem (canonical text) is listed."""
        return client in self._subsystems or client in self._members

    def has_service(self, service: str) -> bool:
        """Whether the service (canonical text) is published."""
        return service in self._services

    def service(self, service: str) -> ServiceEntry | None:
        """The entry of a published service."""
        return self._services.get(service)

    def member_name(self, member: str) -> str | None:
        """The member's name for people."""
        entry = self._members.get(member)
        return None if entry is None else entry.name

    def says_the_same(self, other: Directory) -> bool:
        """Whether the two differ in nothing but number and times."""
        times = {"number": self.number, "issued_ms": self.issued_ms, "expires_ms": self.expires_ms}
        return replace(other, **times) == self  # type: ignore[arg-type]  # three integers

    @property
    def kids(self) -> frozenset[bytes]:
        """SHA-256 of every signing certificate."""
        return frozenset(self._signers)

    @property
    def tls_digests(self) -> frozenset[bytes]:
        """SHA-256 of every node's TLS certificates."""
        return frozenset(self._by_tls)

    def _check_head(self) -> None:
        try:
            canonical = names.encode_segment(names.decode_segment(self.instance))
        except CallerError as error:
            raise MalformedError(f"directory: instance: {error.message}") from error
        _demand(canonical == self.instance, "instance", f"{names.show(self.instance)} is spelled {canonical!r}")
        for what, number in (("number", self.number), ("issued at", self.issued_ms), ("expires at", self.expires_ms)):
            if not 0 <= number < 1 << 63:
                raise MalformedError(f"directory: {what} is out of range")
        if self.expires_ms <= self.issued_ms:
            raise MalformedError("directory: it expires before it is issued")
        if self.expires_ms - self.issued_ms > LIMIT_VALIDITY_MS:
            raise MalformedError("directory: it is valid for more than 7 days")
        certificates = sum(len(member.certificates) for member in self.members)
        certificates += sum(len(node.certificates) for node in self.nodes)
        for what, count, limit in (
            ("authorities", len(self.authorities), LIMIT_AUTHORITIES),
            ("revocation lists", len(self.revocation_lists), LIMIT_REVOCATION_LISTS),
            ("certificates of members and nodes", certificates, LIMIT_CERTIFICATES),
        ):
            _demand(count <= limit, what, f"there are {count}, allowed are {limit}")
        _check_blobs("authorities", self.authorities, LIMIT_CERTIFICATE_BYTES)
        _check_blobs("revocation lists", self.revocation_lists, LIMIT_REVOCATION_LIST_BYTES)
        if self.next_key is not None:
            _check_blobs("next key", (self.next_key,), LIMIT_KEY_BYTES)

    def _keyed(self, kind: str, entries: tuple[_E, ...], parse: Callable[[str], object]) -> dict[str, _E]:
        """Entries by identifier, after the checks of identifier, instance and order."""
        _check_order(kind, [entry.id for entry in entries])
        prefix = self.instance + "/"
        for entry in entries:
            try:
                canonical = str(parse(entry.id))
            except CallerError as error:
                raise MalformedError(f"directory: {kind}: {error.message}") from error
            _demand(canonical == entry.id, kind, f"{names.show(entry.id)} is spelled {canonical!r}")
            _demand(entry.id.startswith(prefix), kind, f"{entry.id!r} is not of instance {self.instance!r}")
        return {entry.id: entry for entry in entries}

    def _check_entries(self) -> None:
        """Each entry leans only on entries that are there."""
        for member in self.members:
            _check_name(member.id, member.name)
        for subsystem in self.subsystems:
            _check_name(subsystem.id, subsystem.name)
            _demand(_parent(subsystem.id) in self._members, subsystem.id, "its member is not listed")
        for service in self.services:
            _check_name(service.id, service.title)
            _demand(service.type in SERVICE_TYPES, service.id, f"its type is {service.type!r}")
            _demand(_parent(service.id) in self._subsystems, service.id, "its subsystem is not listed")
        for node in self.nodes:
            _check_address(node)
            _check_order(f"client of {node.id}", node.clients)
            _demand(node.owner in self._members, node.id, "its owner is not listed")
            for client in node.clients:
                _demand(self.has_client(client), node.id, f"its client {client!r} is not listed")
        _check_order("time stamp authority", [authority.name for authority in self.stamp_authorities])
        for authority in self.stamp_authorities:
            _check_name("time stamp authority", authority.name)
            _check_blobs(authority.name, (authority.certificate,), LIMIT_CERTIFICATE_BYTES)

    def _table_of_signers(self) -> dict[bytes, SignerEntry]:
        table: dict[bytes, SignerEntry] = {}
        for member in self.members:
            _check_blobs(member.id, member.certificates, LIMIT_CERTIFICATE_BYTES)
            for certificate in member.certificates:
                kid = sha256(certificate).digest()
                _demand(kid not in table, member.id, "its signing certificate is another member's as well")
                table[kid] = SignerEntry(member.id, certificate)
        return table

    def _table_of_tls(self) -> dict[bytes, NodeEntry]:
        table: dict[bytes, NodeEntry] = {}
        for node in self.nodes:
            _check_blobs(node.id, node.certificates, LIMIT_CERTIFICATE_BYTES)
            for certificate in node.certificates:
                digest = sha256(certificate).digest()
                _demand(digest not in table, node.id, "its TLS certificate is another node's as well")
                _demand(digest not in self._signers, node.id, "its TLS certificate is a signing certificate as well")
                table[digest] = node
        return table

    def _table_of_clients(self) -> dict[str, tuple[NodeEntry, ...]]:
        table: dict[str, list[NodeEntry]] = {}
        for node in self.nodes:
            for client in node.clients:
                table.setdefault(client, []).append(node)
        return {client: tuple(nodes) for client, nodes in table.items()}


def _parse_subsystem(text: str) -> names.ClientId:
    client = names.parse_client(text)
    if client.subsystem_code is None:
        raise CallerError("a subsystem has four segments")
    return client


def _parent(identifier: str) -> str:
    return identifier.rpartition("/")[0]


def _demand(holds: object, where: str, complaint: str) -> None:
    if not holds:
        raise MalformedError(f"directory: {where}: {complaint}")


def _check_order(what: str, keys: Sequence[str]) -> None:
    for before, after in pairwise(keys):
        if before == after:
            raise MalformedError(f"directory: {what} {after!r} stands twice")
        if before > after:
            raise MalformedError(f"directory: {what} {after!r} stands behind {before!r}, the order is ascending")


def _check_name(where: str, name: str) -> None:
    """A name is shown to people in terminals and logs, so it is short and has no control characters."""
    _demand(0 < len(name.encode()) <= LIMIT_NAME_BYTES, where, "its name is empty or too long")
    _demand(name.isprintable(), where, "its name holds characters that cannot be printed")


def _check_blobs(where: str, blobs: Sequence[bytes], limit: int) -> None:
    for blob in blobs:
        _demand(0 < len(blob) <= limit, where, f"an item has {len(blob)} bytes, allowed are 1 to {limit}")
    _demand(len(set(blobs)) == len(blobs), where, "an item stands twice")


def _check_address(node: NodeEntry) -> None:
    """`host:port`; the host is a name, an IPv4 address or an IPv6 address in brackets."""
    host, _, port = node.address.rpartition(":")
    may_be_port = port.isascii() and port.isdigit() and len(port) <= 5 and not port.startswith("0")
    _demand(may_be_port and int(port) <= 65_535, node.id, f"address {node.address!r} does not end in a port")
    if host.startswith("[") and host.endswith("]"):
        try:
            IPv6Address(host[1:-1])
        except AddressValueError as error:
            raise MalformedError(f"directory: {node.id}: address {node.address!r}: {error}") from error
    else:
        may_be_host = 0 < len(host) <= 253 and _HOST_CHARACTERS.issuperset(host)
        _demand(may_be_host, node.id, f"address {node.address!r} is not host:port")
