"""The services behind this node: where they are, who may call them, what they say of themselves."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kopir.bridge.http_client import Origin
from kopir.wire import metadata, names
from kopir.wire.errors import RefusedError
from kopir.wire.rights import RightsTable, Rule

if TYPE_CHECKING:
    from kopir.bridge.config import NodeConfig, Service
    from kopir.bridge.http_client import HttpClient
    from kopir.wire.names import ClientId, ServiceId


@dataclass(frozen=True, slots=True)
class Provided:
    """A service ready to be called."""

    config: Service
    id: ServiceId
    origin: Origin
    base_path: str


class Services:
    """All services of one configuration. Immutable: a reload makes another."""

    def __init__(self, config: NodeConfig) -> None:
        """Arrange services and rights.

        Raises:
            ProtocolError: a name, address or rule that does not hold together.
        """
        self._by_text: dict[str, Provided] = {}
        rules: list[Rule] = []
        for service in config.services:
            identifier = names.parse_service(service.id)
            base_path = urlsplit(service.url).path
            self._by_text[str(identifier)] = Provided(service, identifier, Origin.of(service.url), base_path)
            rules += [Rule(allow.subject, identifier, allow.method, allow.path) for allow in service.allow]
        self.rights = RightsTable(rules, {group.id: group.members for group in config.groups})
        self.subsystems = frozenset(str(provided.id.subsystem) for provided in self._by_text.values())

    def find(self, service: str) -> Provided | None:
        """Return the service with this canonical text."""
        return self._by_text.get(service)

    def of_subsystem(self, subsystem: str) -> list[Provided]:
        """Return the services of a subsystem, by name."""
        return sorted(
            (provided for provided in self._by_text.values() if str(provided.id.subsystem) == subsystem),
            key=lambda provided: str(provided.id),
        )

    def methods(self, subsystem: str, caller: ClientId | None) -> tuple[bytes, bytes]:
        """Return (content type, body) of listMethods, or of allowedMethods for `caller` (facts C22)."""
        entries: list[metadata.ServiceEntry] = []
        for provided in self.of_subsystem(subsystem):
            if caller is None:
                named = {(allow.method or "*", allow.path or "**") for allow in provided.config.allow}
                entries.append(metadata.ServiceEntry(provided.id, provided.config.type, tuple(sorted(named))))
            elif endpoints := tuple(self.rights.endpoints(caller, provided.id)):
                entries.append(metadata.ServiceEntry(provided.id, provided.config.type, endpoints))
        return metadata.render_methods(entries)

    async def description(self, subsystem: ClientId, service_code: str, client: HttpClient) -> bytes:
        """Return a service's OpenAPI description as JSON, its servers replaced (facts C23).

        Raises:
            RefusedError: there is none, or it cannot be read.
        """
        identifier = names.parse_service(f"{subsystem}/{names.encode_segment(service_code)}")
        provided = self.find(str(identifier))
        metadata.check_described(identifier, None if provided is None else provided.config.type)
        source = None if provided is None else provided.config.description
        if source is None:
            raise metadata.unreadable_description(identifier, "None is configured.")
        try:
            text = (
                await asyncio.to_thread(source.read_bytes) if isinstance(source, Path) else await client.fetch(source)
            )
        except OSError as error:
            raise metadata.unreadable_description(identifier, error.strerror or "It cannot be read.") from error
        except RefusedError as error:
            raise metadata.unreadable_description(identifier, "The service does not give it.") from error
        return metadata.rewrite_openapi(identifier, text)
