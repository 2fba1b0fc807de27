"""A question to a part of this machine over HTTP: health, readiness, metrics, control."""

from __future__ import annotations

import http.client
import socket
from typing import Final

TIMEOUT_S: Final = 5.0
LIMIT_BYTES: Final = 4 << 20
_EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - not listened on: where to ask instead


class _Unix(http.client.HTTPConnection):
    """HTTP over a unix socket."""

    def __init__(self, path: str, timeout_s: float) -> None:
        super().__init__("localhost", timeout=timeout_s)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def ask(
    address: str, path: str, *, timeout_s: float = TIMEOUT_S, headers: dict[str, str] | None = None
) -> tuple[int, str]:
    """Status and text of `GET path` at `host:port` or `unix:PATH`. Raises OSError, also for what is no HTTP."""
    if address.startswith("unix:"):
        connection: http.client.HTTPConnection = _Unix(address.removeprefix("unix:"), timeout_s)
    else:
        host, _, port = address.rpartition(":")
        host = host.strip("[]")
        connection = http.client.HTTPConnection(_EVERYWHERE.get(host, host), int(port), timeout=timeout_s)
    try:
        connection.request("GET", path, headers={"Host": "localhost", **(headers or {})})
        answer = connection.getresponse()
        return answer.status, answer.read(LIMIT_BYTES).decode("utf-8", "replace")
    except http.client.HTTPException as error:
        raise OSError(f"{address} does not speak HTTP: {type(error).__name__}") from error
    finally:
        connection.close()
