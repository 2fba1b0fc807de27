"""What holds for every test: no network beyond this machine, and no failure because the machine is busy."""

from __future__ import annotations

import errno
import ipaddress
import sys

from hypothesis import HealthCheck, settings

# How long an example takes says nothing on a machine that runs other tests at the same time.
settings.register_profile("kopir", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kopir")


def _stay_here(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse connections to other machines, as if the cable were out."""
    if event != "socket.connect":
        return
    address = arguments[1]
    if isinstance(address, tuple) and not _is_here(str(address[0])):
        raise OSError(errno.ENETUNREACH, f"tests have no network: {address[0]}")


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host in {"", "localhost"}


sys.addaudithook(_stay_here)
