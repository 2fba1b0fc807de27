"""Whether a host name is a body's own: a TXT record that only who runs its zone can write (as RFC 8555 §8.4 does it).

The record stands at `_kopir.<host>` and holds `kopir-site=<proof>`. Nothing else is believed of DNS.
"""

from __future__ import annotations

from typing import Final

import dns.exception
import dns.resolver

from kopir.base.transactions import outside_transaction

LABEL: Final = "_kopir"
PREFIX: Final = "kopir-site="
LIMIT_S: Final = 5.0


def record_name(host: str) -> str:
    """Where the record stands."""
    return f"{LABEL}.{host}"


def record_text(proof: str) -> str:
    """What the record says."""
    return f"{PREFIX}{proof}"


def is_proven(host: str, proof: str, resolver: dns.resolver.Resolver | None = None) -> bool:
    """Ask DNS for the record, at most 5 s; False where it is not there, says another thing, or nobody answers."""
    outside_transaction("asking DNS")
    if not proof:
        return False
    try:
        answer = (resolver or dns.resolver.Resolver()).resolve(record_name(host), "TXT", lifetime=LIMIT_S)
    except dns.exception.DNSException:
        return False
    return any(b"".join(rdata.strings) == record_text(proof).encode() for rdata in answer)
