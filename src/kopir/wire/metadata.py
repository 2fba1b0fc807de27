"""Answers about the network itself: who is there, which services there are, and how a service is described.

Renders plain data as X-Road does (PR-META, PR-MREST). `listClients` is asked of any node at its root; `listMethods`,
`allowedMethods` and `getOpenAPI` are services that every subsystem has: open to all, but signed and logged like others.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from kopir.wire.errors import CallerError, RefusedError
from kopir.wire.faults import xml_text
from kopir.wire.names import ClientId, ServiceId, check_segment, show

RESERVED = frozenset(
    {
        "allowedMethods",
        "getOpenAPI",
        "getSecurityServerHealthData",
        "getSecurityServerMetrics",
        "getSecurityServerOperationalData",
        "getWsdl",
        "listClients",
        "listMethods",
    }
)
"""Service codes that no member may publish (facts C25)."""
ANSWERED = frozenset({"allowedMethods", "getOpenAPI", "listMethods"})
"""Those that a provider node answers itself, to GET."""

EXAMPLE_HOST = "http://example.org"
EXAMPLE_ADDRESS = "http://example.org/xroad-endpoint"
"""What stands in a description where the address of a machine behind the node stood (PR-META §4)."""

_JSON = b"application/json"
_SERVICE_TYPES = {"REST": "REST", "OPENAPI3": "OPENAPI"}


@dataclass(frozen=True, slots=True)
class ClientEntry:
    """A member or subsystem for `listClients`; `name` is the member's, `subsystem_name` the subsystem's own."""

    client: ClientId
    name: str
    subsystem_name: str | None = None


@dataclass(frozen=True, slots=True)
class ServiceEntry:
    """A service for `listMethods`: `service_type` as in the directory, endpoints as (method, path glob)."""

    service: ServiceId
    service_type: str
    endpoints: tuple[tuple[str, str], ...] = ()


def is_metadata(service_code: str) -> bool:
    """Whether a service code is reserved for the network itself."""
    return service_code in RESERVED


def accepts_json(accept: bytes | None) -> bool:
    """Whether one entry of Accept is application/json; q and parameters are ignored, as in X-Road (facts C21)."""
    entries = (accept or b"").split(b",")
    return any(entry.partition(b";")[0].strip().lower() == _JSON for entry in entries)


def instance_asked(query: str) -> str | None:
    """Read `xRoadInstance` from the query (without `?`) of `/listClients`; None where the own instance is meant.

    Raises `CallerError` for a value that is no instance.
    """
    instance = _parameter(query, "xRoadInstance")
    if instance is not None:
        check_segment(instance)
    return instance


def service_code_asked(query: str) -> str:
    """Read `serviceCode` from the query (without `?`) of `getOpenAPI`; raises `CallerError` (InvalidRequest)."""
    code = _parameter(query, "serviceCode")
    if code is None:
        raise CallerError("Missing serviceCode in message body", code="InvalidRequest")
    check_segment(code, code="InvalidRequest")
    return code


def render_clients(entries: Iterable[ClientEntry], accept: bytes | None) -> tuple[bytes, bytes]:
    """Give (content type, body) of `listClients`: XML unless `accept` lists application/json."""
    if accepts_json(accept):
        return b"application/json;charset=utf-8", _json({"member": [_client_json(entry) for entry in entries]})
    members = "".join([_client_xml(entry) for entry in entries])
    return b"text/xml;charset=utf-8", (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<ns2:clientList xmlns:ns1="http://x-road.eu/xsd/identifiers" xmlns:ns2="http://x-road.eu/xsd/xroad.xsd">'
        f"{members}</ns2:clientList>"
    ).encode()


def render_methods(entries: Iterable[ServiceEntry]) -> tuple[bytes, bytes]:
    """Give (content type, body) of `listMethods` or `allowedMethods`; reserved codes are left out (PR-MREST §4)."""
    return _JSON, _json(
        {"service": [_service_json(entry) for entry in entries if not is_metadata(entry.service.service_code)]}
    )


def check_described(service: ServiceId, service_type: str | None) -> None:
    """Refuse `getOpenAPI` for a service that has no description; `service_type` None means that there is no service.

    Raises `RefusedError` (InternalError) with X-Road's texts (facts C23).
    """
    if service_type is None:
        raise RefusedError(f"Service not found: {service}", code="InternalError")
    if service_type != "OPENAPI3":
        raise RefusedError(f"Invalid service type: {service_type}", code="InternalError")


def unreadable_description(service: ServiceId, reason: str) -> RefusedError:
    """Make the refusal for a description that cannot be had.

    X-Road tells the client the address that it read from; here the service's name stands in its place.
    """
    return RefusedError(f"Failed reading service description from {service}. {reason}", code="InternalError")


def rewrite_openapi(service: ServiceId, document: bytes) -> bytes:
    """Replace the server addresses of an OpenAPI 3 description by example hosts, wherever OpenAPI allows servers.

    Paths are kept, so that a reader sees how requests look; an address with variables is replaced as a whole. Only JSON
    is read: YAML needs a library that this layer does without, and text that merely looks replaced would give addresses
    away. Raises `RefusedError` (InternalError).
    """
    try:
        tree = json.loads(document, parse_constant=_refuse_constant)
        if not isinstance(tree, dict) or not str(tree.get("openapi", "")).startswith("3."):
            raise unreadable_description(service, "It is not an OpenAPI 3 document.")
        _rewrite_servers(tree)
        return _json(tree)
    except (ValueError, RecursionError):
        raise unreadable_description(service, "It is not JSON with valid server addresses; YAML is not read.") from None


def _parameter(query: str, name: str) -> str | None:
    try:
        pairs = parse_qsl(query, encoding="utf-8", errors="strict", max_num_fields=100)
    except ValueError:
        raise CallerError("the query is not percent-encoded UTF-8") from None
    values = [value for key, value in pairs if key.lower() == name.lower()]
    if len(values) > 1:
        raise CallerError(f"the parameter {name} is there twice")
    return values[0] if values else None


def _json(value: object) -> bytes:
    # `backslashreplace` writes a lone surrogate as JSON does.
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


def _client_json(entry: ClientEntry) -> dict[str, object]:
    client = entry.client
    identifier = {
        "xroad_instance": client.instance,
        "member_class": client.member_class,
        "member_code": client.member_code,
    }
    if client.subsystem_code is None:
        return {"id": identifier | {"object_type": "MEMBER"}, "name": entry.name}
    identifier |= {"subsystem_code": client.subsystem_code, "object_type": "SUBSYSTEM"}
    rendered: dict[str, object] = {"id": identifier, "name": entry.name}
    if entry.subsystem_name is not None:
        rendered["subsystem_name"] = entry.subsystem_name
    return rendered


def _client_xml(entry: ClientEntry) -> str:
    client = entry.client
    parts = [
        f'<ns2:member><ns2:id ns1:objectType="{"MEMBER" if client.subsystem_code is None else "SUBSYSTEM"}">',
        f"<ns1:xRoadInstance>{xml_text(client.instance)}</ns1:xRoadInstance>",
        f"<ns1:memberClass>{xml_text(client.member_class)}</ns1:memberClass>",
        f"<ns1:memberCode>{xml_text(client.member_code)}</ns1:memberCode>",
    ]
    if client.subsystem_code is not None:
        parts.append(f"<ns1:subsystemCode>{xml_text(client.subsystem_code)}</ns1:subsystemCode>")
    parts.append(f"</ns2:id><ns2:name>{xml_text(entry.name)}</ns2:name>")
    if client.subsystem_code is not None and entry.subsystem_name is not None:
        parts.append(f"<ns2:subsystemName>{xml_text(entry.subsystem_name)}</ns2:subsystemName>")
    parts.append("</ns2:member>")
    return "".join(parts)


def _service_json(entry: ServiceEntry) -> dict[str, object]:
    service = entry.service
    return {
        "xroad_instance": service.instance,
        "member_class": service.member_class,
        "member_code": service.member_code,
        "subsystem_code": service.subsystem_code,
        "service_code": service.service_code,
        "object_type": "SERVICE",
        "service_type": _SERVICE_TYPES.get(entry.service_type, entry.service_type),
        "endpoint_list": [{"method": method, "path": path} for method, path in entry.endpoints],
    }


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{show(name)} is not JSON")


def _rewrite_servers(tree: dict[str, Any]) -> None:
    # A stack instead of recursion: the document is the service's, its depth is not ours to trust.
    waiting: list[Any] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            servers = node.get("servers")
            if isinstance(servers, list):
                for server in servers:
                    _rewrite_server(server)
            _rewrite_server(node.get("server"))  # of a link
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)


def _rewrite_server(server: object) -> None:
    if not isinstance(server, dict) or not isinstance(server.get("url"), str):
        return
    url: str = server["url"]
    if "{" in url:
        server["url"] = EXAMPLE_ADDRESS
        server.pop("variables", None)
        return
    parts = urlsplit(url)
    if parts.scheme or parts.netloc:
        server["url"] = EXAMPLE_HOST + parts.path
