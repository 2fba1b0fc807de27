"""Lets a program of the stand find its neighbors by name: `tj.localhost` is this machine (RFC 6761 §6.3).

Browsers know that by themselves, C libraries not everywhere. Only the stand's programs call this.
"""

from __future__ import annotations

import socket
from typing import Any, Final

_resolve: Final = socket.getaddrinfo


def answer_for_localhost() -> None:
    """Have names below `localhost` resolved to 127.0.0.1 in this process, whatever the system says of them."""
    socket.getaddrinfo = _answer


def _answer(host: Any, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - as the function it stands for
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if isinstance(name, str) and name.rstrip(".").lower().endswith(".localhost"):
        host = "127.0.0.1"
    return _resolve(host, *arguments, **options)
