"""Asks an address elsewhere whether it answers: HEAD, then GET, following redirects; no machine that is not public.

The name is looked up once and that very address is connected to, at each step anew, so that no name can lead into the
network of the platform (SSRF). Nothing of the answer is read but its status.
"""

from __future__ import annotations

import errno
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import quote, urljoin, urlsplit

from kopir.base.transactions import outside_transaction

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
MOST_REDIRECTS: Final = 5
WAIT_S: Final = 10.0
AGENT: Final = "kopir-duties (link check, once a day)"
_TRANSLATED: Final = tuple(ipaddress.ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16"))
"""Addresses of IPv6 that stand for one of IPv4."""
_OUR_SIDE: Final = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN})


class Answer(StrEnum):
    """What an address said: it is there, it is gone for good, it failed now, or nobody may or can ask."""

    ALIVE = "alive"
    GONE = "gone"
    FAILED = "failed"
    NOT_ASKED = "not_asked"


class _ForbiddenError(Exception):
    """The address leads where nobody may ask."""


def is_public(address: IPAddress) -> bool:
    """Whether an address of the network belongs to the open internet, as far as its number says."""
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None:
        return is_public(mapped)
    if any(address in net for net in _TRANSLATED if net.version == address.version):
        return False
    return address.is_global and not address.is_multicast


@dataclass(frozen=True)
class Policy:
    """Where one may ask: which addresses of the network, which ports."""

    may_ask: Callable[[IPAddress], bool] = is_public
    ports: frozenset[int] | None = frozenset({80, 443})


PUBLIC: Final = Policy()


def ask(address: str, *, policy: Policy = PUBLIC, wait_s: float = WAIT_S) -> Answer:
    """Ask an address. Never raises for what the other side does."""
    outside_transaction(f"asking {address}")
    try:
        status = _follow(address, "HEAD", policy, wait_s)
        if status >= 400:  # many servers know no HEAD, or refuse it to programs
            status = _follow(address, "GET", policy, wait_s)
    except _ForbiddenError:
        return Answer.NOT_ASKED
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Answer.NOT_ASKED if _is_our_side(error) else Answer.FAILED
    if status in {404, 410}:
        return Answer.GONE
    # 401, 403, 429: somebody is there, who does not talk to programs.
    return Answer.FAILED if status >= 500 else Answer.ALIVE


def _is_our_side(error: Exception) -> bool:
    """Whether the network of this machine is away, which says nothing of the address."""
    if isinstance(error, socket.gaierror):
        return error.errno == socket.EAI_AGAIN
    return isinstance(error, OSError) and error.errno in _OUR_SIDE


def _follow(address: str, method: str, policy: Policy, wait_s: float) -> int:
    """The status in the end. Raises _ForbiddenError, OSError, HTTPException."""
    for _step in range(MOST_REDIRECTS + 1):
        status, target = _ask_once(address, method, policy, wait_s)
        if not (300 <= status < 400 and target):
            return status
        address = urljoin(address, target)
    raise http.client.HTTPException("too many redirects")


def _ask_once(address: str, method: str, policy: Policy, wait_s: float) -> tuple[int, str]:
    """The status, and where it leads on."""
    parts = urlsplit(address)
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    if parts.scheme not in {"http", "https"} or not host or (policy.ports is not None and port not in policy.ports):
        raise _ForbiddenError
    host = host.encode("idna").decode("ascii") if not host.isascii() else host
    connection = http.client.HTTPConnection(host, port, timeout=wait_s)
    try:
        connection.sock = _connect(host, port, policy, wait_s)
        with _cut_after(wait_s * 2, connection.sock):
            if secure:
                connection.sock = ssl.create_default_context().wrap_socket(connection.sock, server_hostname=host)
            target = _target_of(parts.path, parts.query)
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            shown = f"[{host}]" if ":" in host else host
            connection.putheader("Host", shown if port in {80, 443} else f"{shown}:{port}")
            connection.putheader("User-Agent", AGENT)
            connection.putheader("Connection", "close")
            connection.endheaders()
            with connection.getresponse() as answer:
                return answer.status, answer.headers.get("Location", "")
    finally:
        connection.close()


@contextmanager
def _cut_after(wait_s: float, connected: socket.socket) -> Iterator[None]:
    """End the connection after so long: a timeout of a socket counts anew with each byte that drips in."""
    twin = connected.dup()  # of our own, as TLS takes the socket over
    timer = threading.Timer(wait_s, _cut, [twin])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        twin.close()


def _cut(connected: socket.socket) -> None:
    with suppress(OSError):  # it has ended by itself
        connected.shutdown(socket.SHUT_RDWR)


def _target_of(path: str, query: str) -> str:
    """What stands in the first line of the request, in ASCII."""
    written = quote(path or "/", safe="/%:@!$&'()*+,;=~-._")
    return f"{written}?{quote(query, safe='/%:@!$&()*+,;=?~-._')}" if query else written


def _connect(host: str, port: int, policy: Policy, wait_s: float) -> socket.socket:
    """A connection to the very address that was judged; one that is not public among them spoils them all."""
    found = [info[4][0] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    numbers = [ipaddress.ip_address(str(number).partition("%")[0]) for number in found]
    if not numbers or not all(policy.may_ask(number) for number in numbers):
        raise _ForbiddenError
    return socket.create_connection((str(numbers[0]), port), timeout=wait_s)
