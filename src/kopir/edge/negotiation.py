"""What a client accepts, and what it has already: codings with q-values, entity tags (RFC 9110, 12.5.3, 13.1.2)."""

from __future__ import annotations


def takes_gzip(accept: str) -> bool:
    """Whether `Accept-Encoding` lets gzip be sent; a client that sends no such header is not expected to know it."""
    quality: dict[str, float] = {}
    for part in accept.split(","):
        coding, _, parameters = part.partition(";")
        quality[coding.strip().lower()] = _quality(parameters)
    own = quality.get("gzip", quality.get("x-gzip", quality.get("*", 0.0)))
    return own > 0 and own >= quality.get("identity", 0.0)


def has_version(if_none_match: str, etag: str) -> bool:
    """Whether `If-None-Match` names this version, compared weakly as the RFC asks."""
    if if_none_match.strip() == "*":
        return True
    return any(part.strip().removeprefix("W/") == etag for part in if_none_match.split(","))


def _quality(parameters: str) -> float:
    """The q-value among a coding's parameters, 1 without one, 0 for one that cannot be read."""
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0
