"""The way to a running group: a socket in the portal's folder, for its own user alone. One line asks, lines answer.

Answers are JSON: `{"told": …}` while work goes on, at last `{"done": …}` or `{"failed": …}`.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from .errors import OperationsError

LIMIT_ASK_BYTES: Final = 256
PATIENCE_S: Final = 600.0

Answer = Callable[[str, Callable[[str], None]], Awaitable[Any]]


class ControlSocket:
    """Listens while its block runs."""

    def __init__(self, path: Path, answer: Answer) -> None:
        self._path = path
        self._answer = answer
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._path.unlink(missing_ok=True)  # of a group that was killed: the lock says that none runs
        sock = _socket_in(self._path, socket.socket.bind)
        self._path.chmod(0o600)
        sock.listen(8)
        self._server = await asyncio.start_unix_server(self._serve, sock=sock, limit=LIMIT_ASK_BYTES)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None  # noqa: S101 - for the type checker: entered before
        self._server.close()
        self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def write(**fields: object) -> None:
            writer.write(json.dumps(fields).encode() + b"\n")

        try:
            command = (await reader.readline()).decode("ascii", "replace").strip()
            try:
                write(done=await self._answer(command, lambda line: write(told=line)))
            except (OperationsError, OSError) as error:
                write(failed=str(error))
            await writer.drain()
        except (ConnectionError, ValueError):  # who asked has left, or asked too much
            pass
        finally:
            writer.close()


def ask_group(path: Path, command: str, tell: Callable[[str], object]) -> Any:  # noqa: ANN401 - what JSON holds
    """Ask the group that listens at `path`; its answer. None if no group runs; raises OperationsError if it fails."""
    try:
        sock = _socket_in(path, socket.socket.connect)
    except (FileNotFoundError, ConnectionRefusedError):
        return None
    with sock, sock.makefile("r", encoding="utf-8") as lines:
        sock.settimeout(PATIENCE_S)
        sock.sendall(command.encode() + b"\n")
        for line in lines:
            answer = json.loads(line)
            if "told" in answer:
                tell(answer["told"])
            elif "failed" in answer:
                raise OperationsError(answer["failed"])
            else:
                return answer["done"]
    raise OperationsError("the group ended before it answered; see its log")


def _socket_in(path: Path, use: Callable[[socket.socket, str], None]) -> socket.socket:
    """A socket bound or connected to a path of any length: unix(7) allows 107 bytes, so it goes by its folder."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        use(sock, f"/proc/self/fd/{folder}/{path.name}")
    except BaseException:
        sock.close()
        raise
    finally:
        os.close(folder)
    return sock
