"""Rules that span sections: what names one another must be there, nothing is there twice."""

from __future__ import annotations

from collections.abc import Iterator

from kopir.bridge.config.model import Address, NodeConfig, TcpAddress
from kopir.bridge.config.reading import Sheet


def check_whole(sheet: Sheet, config: NodeConfig) -> None:
    """Report what does not fit together. An empty identifier or address was reported already, and is passed over."""
    _check_members(sheet, config)
    _check_clients(sheet, config)
    _check_services(sheet, config)
    _check_addresses(sheet, config)
    if config.limits.spool_bytes < config.limits.body_bytes:
        remedy = "raise it, or lower limits.body_bytes"
        sheet.report("limits.spool_bytes", "has no room for one body of limits.body_bytes", remedy)


def _check_members(sheet: Sheet, config: NodeConfig) -> None:
    seen: set[str] = set()
    for number, member in enumerate(config.members, 1):
        _check_own(sheet, config, f"member[{number}].id", member.id)
        _check_new(sheet, f"member[{number}].id", member.id, seen)
    if "" not in seen | {config.node.owner} and config.node.owner not in seen:
        remedy = f'add [[member]] with id = "{config.node.owner}", its certificate and key'
        sheet.report("member", "the signing key of the node's owner is missing", remedy)


def _check_clients(sheet: Sheet, config: NodeConfig) -> None:
    for client in sorted(config.client.trusted_subsystems):
        _check_held(sheet, config, "client.trusted_subsystems", client)
    for number, registered in enumerate(config.client.registered, 1):
        _check_held(sheet, config, f"client.registered[{number}].subsystem", registered.subsystem)


def _check_services(sheet: Sheet, config: NodeConfig) -> None:
    groups: set[str] = set()
    for number, group in enumerate(config.groups, 1):
        _check_new(sheet, f"group[{number}].id", group.id, groups)
    seen: set[str] = set()
    for number, service in enumerate(config.services, 1):
        key = f"service[{number}]"
        _check_held(sheet, config, f"{key}.id", service.id)
        _check_new(sheet, f"{key}.id", service.id, seen)
        for place, allow in enumerate(service.allow, 1):
            if allow.kind == "group" and allow.subject not in groups | {""}:
                remedy = f'add [[group]] with id = "{allow.subject}", or name another'
                sheet.report(f"{key}.allow[{place}].group", f"there is no group {allow.subject!r}", remedy)


def _check_addresses(sheet: Sheet, config: NodeConfig) -> None:
    seen: dict[Address, str] = {}
    for key, address in addresses(config):
        if isinstance(address, TcpAddress) and address.port == 0:
            continue
        if address in seen:
            sheet.report(key, f"{address} is taken by {seen[address]}", "choose another")
        seen[address] = key


def addresses(config: NodeConfig) -> Iterator[tuple[str, Address]]:
    """All addresses on which the node is to listen, each with its key."""
    for http in config.client.http:
        yield "client.http", http
    for https in config.client.https:
        yield "client.https", https
    yield "peer.listen", config.peer.listen
    if config.control.listen is not None:
        yield "control.listen", config.control.listen
    if config.directory.listen is not None:
        yield "directory.listen", config.directory.listen


def _check_own(sheet: Sheet, config: NodeConfig, key: str, identifier: str) -> bool:
    instance = config.node.instance
    if identifier and instance and identifier.partition("/")[0] != instance:
        sheet.report(key, f"{identifier!r} is not of this node's instance", f'name one that begins with "{instance}/"')
        return False
    return True


def _check_held(sheet: Sheet, config: NodeConfig, key: str, identifier: str) -> None:
    """What this node says in a member's name it must be able to sign."""
    if not _check_own(sheet, config, key, identifier):
        return
    member = "/".join(identifier.split("/")[:3])
    if identifier and all(held.id not in {"", member} for held in config.members):
        sheet.report(key, f"this node holds no signing key of {member}", f'add [[member]] with id = "{member}"')


def _check_new(sheet: Sheet, key: str, identifier: str, seen: set[str]) -> None:
    if identifier and identifier in seen:
        sheet.report(key, f"{identifier!r} stands here a second time", "remove one of the two")
    seen.add(identifier)
