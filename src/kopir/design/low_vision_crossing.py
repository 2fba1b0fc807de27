"""Carries a reader's look from the portal to a body's own domain and back: cookies do not cross, a link does.

A link to another host of ours leads through `/low-vision/cross/` here, which adds the signed look, to
`/low-vision/take/` there, which keeps it and goes on to the clean address. The link is the same for every reader. What
decides which hosts are ours: ALLOWED_HOSTS where it names hosts, and judges that higher rooms register.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core import signing
from django.http.request import split_domain_port, validate_host
from django.urls import reverse

from kopir.base.registry import Registry

from .low_vision import Look, read_look, write_look

VALID_S: Final = 120
_SALT: Final = "kopir.design.low-vision"

# Say of a host name in lower case whether it is one of ours. `bodies` registers one for the bodies' own domains.
host_judges: Registry[Callable[[str], bool]] = Registry("judge of hosts")


def is_our_host(host: str) -> bool:
    """Whether a host, with or without port, is one that this node answers."""
    name = split_domain_port(host.lower())[0]
    named = [pattern for pattern in settings.ALLOWED_HOSTS if pattern != "*"]
    return bool(name) and (validate_host(name, named) or any(judge(name) for _key, judge in host_judges))


def write_link(address: str) -> str:
    """The link to an address that may be on another host: through the crossing if it is, itself if not."""
    return (
        f"{reverse('design_files:low_vision_cross')}?{urlencode({'to': address})}"
        if urlsplit(address).netloc
        else address
    )


def write_crossing(look: Look, address: str) -> str | None:
    """Where to send a reader who wants to go to `address` with a look; None for a host that is not ours."""
    try:
        target = urlsplit(address)
    except ValueError:  # "http://["
        return None
    if target.scheme not in {"http", "https"} or "@" in target.netloc or not is_our_host(target.netloc):
        return None
    onward = (target.path or "/") + (f"?{target.query}" if target.query else "")
    signed = signing.dumps([target.netloc.lower(), write_look(look)], salt=_SALT)
    query = urlencode({"look": signed, "next": onward})
    return f"{target.scheme}://{target.netloc}{reverse('design_files:low_vision_take')}?{query}"


def read_crossing(signed: str, host: str) -> Look | None:
    """The look that was signed for this host within the last VALID_S seconds, else None."""
    try:
        signed_host, value = signing.loads(signed, salt=_SALT, max_age=VALID_S)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return read_look(value) if signed_host == host.lower() else None
