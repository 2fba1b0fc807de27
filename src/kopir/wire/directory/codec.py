"""The payload of a directory document: the array of docs/reference/protocol.md §6, to bytes and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from kopir.wire import cbor
from kopir.wire.directory.content import (
    Directory,
    MemberEntry,
    NodeEntry,
    ServiceEntry,
    StampAuthorityEntry,
    SubsystemEntry,
)
from kopir.wire.errors import MalformedError

VERSION: Final = 1

_T = TypeVar("_T")
_POSITIONS: Final = 13


def encode(directory: Directory) -> bytes:
    """The payload of the document."""
    return cbor.encode(
        [
            VERSION,
            directory.instance,
            directory.number,
            directory.issued_ms,
            directory.expires_ms,
            list(directory.authorities),
            list(directory.revocation_lists),
            [[member.id, member.name, list(member.certificates)] for member in directory.members],
            [[subsystem.id, subsystem.name] for subsystem in directory.subsystems],
            [[service.id, service.type, service.title] for service in directory.services],
            [[node.id, node.address, list(node.certificates), list(node.clients)] for node in directory.nodes],
            [[authority.name, authority.certificate] for authority in directory.stamp_authorities],
            directory.next_key,
        ]
    )


def decode(payload: bytes) -> Directory:
    """Read a payload. Raises `MalformedError` for anything that `encode` would not have written."""
    fields = _array(cbor.decode(payload), "the document", _POSITIONS)
    if fields[0] != VERSION:
        raise MalformedError(f"directory: its version is {fields[0]!r}, this node knows {VERSION}")
    return Directory(
        instance=_text(fields[1], "instance"),
        number=_number(fields[2], "number"),
        issued_ms=_number(fields[3], "issued at"),
        expires_ms=_number(fields[4], "expires at"),
        authorities=_each(fields[5], "authorities", _bytes),
        revocation_lists=_each(fields[6], "revocation lists", _bytes),
        members=_each(fields[7], "members", _member),
        subsystems=_each(fields[8], "subsystems", _subsystem),
        services=_each(fields[9], "services", _service),
        nodes=_each(fields[10], "nodes", _node),
        stamp_authorities=_each(fields[11], "time stamp authorities", _stamp_authority),
        next_key=None if fields[12] is None else _bytes(fields[12], "next key"),
    )


def _member(value: object, where: str) -> MemberEntry:
    member, name, certificates = _array(value, where, 3)
    return MemberEntry(_text(member, where), _text(name, where), _each(certificates, where, _bytes))


def _subsystem(value: object, where: str) -> SubsystemEntry:
    subsystem, name = _array(value, where, 2)
    return SubsystemEntry(_text(subsystem, where), _text(name, where))


def _service(value: object, where: str) -> ServiceEntry:
    service, kind, title = _array(value, where, 3)
    return ServiceEntry(_text(service, where), _text(kind, where), _text(title, where))


def _node(value: object, where: str) -> NodeEntry:
    node, address, certificates, clients = _array(value, where, 4)
    return NodeEntry(
        _text(node, where), _text(address, where), _each(certificates, where, _bytes), _each(clients, where, _text)
    )


def _stamp_authority(value: object, where: str) -> StampAuthorityEntry:
    name, certificate = _array(value, where, 2)
    return StampAuthorityEntry(_text(name, where), _bytes(certificate, where))


def _each(value: object, where: str, read: Callable[[object, str], _T]) -> tuple[_T, ...]:
    return tuple(read(item, where) for item in _array(value, where))


def _array(value: object, where: str, size: int | None = None) -> list[object]:
    if not isinstance(value, list) or (size is not None and len(value) != size):
        raise MalformedError(f"directory: {where}: an array{'' if size is None else f' of {size}'} is expected")
    return value


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise MalformedError(f"directory: {where}: text is expected")
    return value


def _bytes(value: object, where: str) -> bytes:
    if not isinstance(value, bytes):
        raise MalformedError(f"directory: {where}: a byte string is expected")
    return value


def _number(value: object, where: str) -> int:
    if not isinstance(value, int):
        raise MalformedError(f"directory: {where}: an unsigned number is expected")
    return value
