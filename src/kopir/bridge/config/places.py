"""Where a node listens and what it calls: addresses and URLs as they are written in a configuration."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from kopir.bridge.config.model import Address, TcpAddress, UnixAddress
from kopir.bridge.config.reading import Table

UNIX_PATH_LIMIT_BYTES: Final = 107
"""unix(7): sun_path has 108 bytes, the last is NUL."""

NOWHERE: Final = TcpAddress("", 0)
"""Stands where an address was wrong."""


def address(table: Table, name: str, text: str, example: str) -> Address:
    """Read `host:port`, `[IPv6]:port` or `unix:PATH`; report anything else."""
    if text.startswith("unix:"):
        path = table.sheet.folder / text.removeprefix("unix:")
        if len(str(path).encode()) > UNIX_PATH_LIMIT_BYTES:
            table.report(
                name, f"{text!r} leads to a path of more than {UNIX_PATH_LIMIT_BYTES} bytes", "choose a shorter one"
            )
        return UnixAddress(path)
    host, colon, port = text.rpartition(":")
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    if not (colon and bare and port.isascii() and port.isdigit() and int(port) <= 65_535) or (":" in bare) == (
        bare == host
    ):
        table.report(name, f"{text!r} is no address", f'write it like "{example}"')
        return NOWHERE
    return TcpAddress(bare, int(port))


def tcp_address(table: Table, name: str, text: str, example: str) -> TcpAddress:
    """Read `host:port`; report anything else, a unix socket too."""
    found = address(table, name, text, example)
    if isinstance(found, UnixAddress):
        table.report(name, "cannot be a unix socket", f'write it like "{example}"')
        return NOWHERE
    return found


def private_address(table: Table, name: str, text: str, example: str) -> Address:
    """Read an address that nobody outside of this machine can reach; report any other."""
    found = address(table, name, text, example)
    if isinstance(found, TcpAddress) and found != NOWHERE and not is_loopback(found.host):
        table.report(
            name, f"{text!r} can be reached from outside", f'use a loopback address such as "{example}" or "unix:PATH"'
        )
    return found


def is_loopback(host: str) -> bool:
    """Whether the address is of this machine alone; of names only `localhost` is."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_url(table: Table, name: str, url: str, example: str) -> None:
    """Report what is not an absolute http or https URL without credentials, query and fragment."""
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        table.report(name, f"{url!r} is no URL", f'write it like "{example}"')
        return
    if not is_good:
        table.report(name, f"{url!r} is no http or https URL", f'write it like "{example}"')
    elif "@" in parts.netloc:
        table.report(name, "holds credentials", "remove what stands before the @; secrets do not stand in this file")
    elif parts.query or parts.fragment:
        table.report(name, f"{url!r} has a query or a fragment", "remove what follows the path")
