"""The sockets of a node: clients (plain and TLS), peers, control, directory. Opened together, closed together."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from typing import TYPE_CHECKING

from kopir.bridge.config import UnixAddress
from kopir.bridge.errors import BridgeError
from kopir.bridge.http_messages import HttpLimits, plain_refusal
from kopir.bridge.http_server import HttpServer

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable

    from kopir.bridge.config import Address, NodeConfig, TcpAddress
    from kopir.bridge.http_messages import Handler, Renderer
    from kopir.bridge.peer_server import PeerServer

BACKLOG = 1024


class ListenError(BridgeError):
    """An address that cannot be listened on."""


class Listeners:
    """All listening sockets of one node and the connections behind them."""

    def __init__(
        self,
        config: NodeConfig,
        gateway: Handler,
        control: Handler,
        directory: Handler,
        peers: PeerServer,
        *,
        render: Renderer = plain_refusal,
    ) -> None:
        """Answer clients through `gateway`, and through `render` where they sent no request that could be handled."""
        limits = HttpLimits(
            header_bytes=config.limits.header_bytes,
            header_s=config.limits.header_timeout_s,
            body_s=config.limits.body_timeout_s,
            idle_s=config.limits.idle_timeout_s,
        )
        self._config = config
        most = config.limits.connections
        self._plain = HttpServer(gateway, limits, is_local=True, max_connections=most, render=render)
        self._secure = HttpServer(gateway, limits, is_local=False, max_connections=most, render=render)
        self._control = HttpServer(control, limits, is_local=True, max_connections=64)
        self._directory = HttpServer(directory, limits, is_local=False, max_connections=256)
        self._peers = peers
        self._servers: list[asyncio.Server] = []
        self._tls_servers: dict[str, tuple[socket.socket, asyncio.Server]] = {}

    async def open(self, peer_tls: ssl.SSLContext, gateway_tls: ssl.SSLContext | None) -> None:
        """Listen everywhere.

        Raises:
            ListenError: an address is taken or not ours.
        """
        config = self._config
        for address in config.client.http:
            await self._open_plain(address, self._plain)
        if config.control.listen is not None:
            await self._open_plain(config.control.listen, self._control)
        if config.directory.listen is not None:
            await self._open_plain(config.directory.listen, self._directory)
        await self._open_tls("peer", [config.peer.listen], peer_tls)
        if gateway_tls is not None:
            await self._open_tls("https", config.client.https, gateway_tls)

    async def replace_tls(self, peer_tls: ssl.SSLContext, gateway_tls: ssl.SSLContext | None) -> None:
        """Use other contexts for new connections; the sockets stay open, and so do the connections that are there."""
        for key, (sock, server) in list(self._tls_servers.items()):
            context = peer_tls if key.startswith("peer") else gateway_tls
            if context is None:
                continue
            self._tls_servers[key] = (sock, await self._serve_tls(key, sock, context))
            server.close()

    @property
    def is_busy(self) -> bool:
        """Whether someone waits for an answer or still receives one; of other nodes only the provider knows."""
        return any(side.is_busy for side in (self._plain, self._secure, self._control, self._directory))

    def sweep(self) -> None:
        """End stalled connections; call about once a second."""
        for server in (self._plain, self._secure, self._control, self._directory, self._peers):
            server.sweep()

    def close(self) -> None:
        """Accept no more; idle connections close, busy ones after their answer."""
        for server in self._servers:
            server.close()
        for sock, server in self._tls_servers.values():
            server.close()
            sock.close()
        for side in (self._plain, self._secure, self._control, self._directory, self._peers):
            side.stop()
        for address in (*self._config.client.http, self._config.control.listen, self._config.directory.listen):
            if isinstance(address, UnixAddress):
                with contextlib.suppress(OSError):
                    address.path.unlink()

    def abort(self) -> None:
        """Cut what is still connected."""
        for side in (self._plain, self._secure, self._control, self._directory, self._peers):
            side.abort()

    async def _open_plain(self, address: Address, side: HttpServer) -> None:
        loop = asyncio.get_running_loop()
        try:
            if isinstance(address, UnixAddress):
                address.path.unlink(missing_ok=True)
                mask = os.umask(0o177)
                try:
                    server = await loop.create_unix_server(side.protocol, str(address.path), backlog=BACKLOG)
                finally:
                    os.umask(mask)
            else:
                server = await loop.create_server(
                    side.protocol, address.host, address.port, backlog=BACKLOG, reuse_address=True
                )
        except OSError as error:
            raise _cannot_listen(address, error) from error
        self._servers.append(server)

    async def _open_tls(self, name: str, addresses: Iterable[TcpAddress], context: ssl.SSLContext) -> None:
        for address in addresses:
            try:
                family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
                sock = socket.create_server((address.host, address.port), family=family, backlog=BACKLOG)
            except OSError as error:
                raise _cannot_listen(address, error) from error
            sock.setblocking(False)
            key = f"{name} {address}"
            self._tls_servers[key] = (sock, await self._serve_tls(key, sock, context))

    async def _serve_tls(self, key: str, sock: socket.socket, context: ssl.SSLContext) -> asyncio.Server:
        side = self._peers if key.startswith("peer") else self._secure
        # The loop gets a duplicate of its own, so that closing a server leaves the listening socket to its successor.
        return await asyncio.get_running_loop().create_server(
            side.protocol, sock=sock.dup(), ssl=context, ssl_handshake_timeout=10, backlog=BACKLOG
        )


def _cannot_listen(address: Address, error: OSError) -> ListenError:
    return ListenError(f"cannot listen on {address}: {error.strerror or error}; is another program using it?")
