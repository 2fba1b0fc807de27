"""The keys that a national provider publishes at the address that its file names, kept for all processes of the node.

They are fetched when a token names a key that is not among them, and when they are an hour old, so that a new key works
at once and a withdrawn one soon works no more; once a minute at most, whatever tokens come. Portals of other countries
have their keys in their signed statements and are never asked: what travels over the web alone vouches for no citizen.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache
from django.db import connection
from urllib3.exceptions import HTTPError

from kopir.accounts.oidc.errors import ProviderUnreachableError
from kopir.accounts.oidc.providers import Provider
from kopir.accounts.oidc.statement import public_keys

FRESH: Final = timedelta(hours=1)
LIVES: Final = timedelta(days=1)
"""For so long keys serve while the provider gives no newer ones."""
PAUSE_S: Final = 60
WAIT_S: Final = 8
SHARED_WAIT_S: Final = 2
"""For so long a sign-in without any keys waits for another one that reads them."""
_LOOK_S: Final = 0.1
_READING, _FAILED = 1, 2
LIMIT_BYTES: Final = 256 << 10

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Kept:
    """What was published, as JSON Web Keys by their ids, and when that was read."""

    keys: Mapping[str, Mapping[str, Any]]
    read_at: datetime


def find_key(provider: Provider, kid: str, now: datetime) -> rsa.RSAPublicKey | None:
    """The key of this id by which the provider signs now, None where it has none. Asks it outside of transactions only.

    Raises ProviderUnreachableError where none of its published keys could be read.
    """
    if not provider.keys_address:
        return provider.keys.get(kid)
    kept = _kept(provider, now)
    if kept is None or kid not in kept.keys or now - kept.read_at > FRESH:
        if _may_ask(provider, now):
            kept = _renew(provider, now) or kept
        elif kept is None:
            kept = _await(provider, now)
    if kept is None:
        raise ProviderUnreachableError
    return public_keys({kid: kept.keys[kid]})[kid] if kid in kept.keys else None


def _kept(provider: Provider, now: datetime) -> _Kept | None:
    kept: _Kept | None = cache.get(_name(provider))
    return kept if kept is not None and now - kept.read_at <= LIVES else None


def _may_ask(provider: Provider, now: datetime) -> bool:
    """Whether nobody has asked within this minute, in any process."""
    return cache.add(_turn(provider, now), _READING, timeout=2 * PAUSE_S)


def _await(provider: Provider, now: datetime) -> _Kept | None:
    """What another sign-in of this minute reads, once it has; None where nothing fit comes or it takes too long."""
    until = time.monotonic() + SHARED_WAIT_S
    while (kept := _kept(provider, now)) is None and time.monotonic() < until:
        if connection.in_atomic_block or cache.get(_turn(provider, now)) != _READING:
            break
        time.sleep(_LOOK_S)
    return kept


def _renew(provider: Provider, now: datetime) -> _Kept | None:
    """Read what is published now and keep it in place of what was; None, told to the log, where nothing fit comes."""
    try:
        with requests.get(provider.keys_address, timeout=WAIT_S, allow_redirects=False, stream=True) as answer:
            if answer.status_code != requests.codes.ok:
                raise ValueError(f"status {answer.status_code}")
            body = answer.raw.read(LIMIT_BYTES, decode_content=True)
        keys = _signing(json.loads(body)["keys"])
    except (requests.RequestException, HTTPError, OSError, ValueError, KeyError, TypeError) as error:
        _log.warning("a provider's keys cannot be read", extra={"provider": provider.slug, "why": str(error)[:200]})
        cache.set(_turn(provider, now), _FAILED, timeout=2 * PAUSE_S)
        return None
    kept = _Kept(keys, now)
    cache.set(_name(provider), kept, timeout=LIVES.total_seconds())
    return kept


def _signing(published: list[Any]) -> dict[str, Mapping[str, Any]]:
    """Of the published keys those that can sign for us; a set may hold others too."""
    found: dict[str, Mapping[str, Any]] = {}
    for jwk in published:
        if not isinstance(jwk, dict) or not jwk.get("kid") or jwk.get("use", "sig") != "sig":
            continue
        kid = str(jwk["kid"])
        try:
            public_keys({kid: jwk})
        except (ValueError, TypeError, KeyError):
            continue
        found[kid] = jwk
    if not found:
        raise ValueError("there is no key that signs by RS256")
    return found


def _name(provider: Provider) -> str:
    """Where the keys are kept; another address is another place."""
    return f"accounts.keys:{provider.slug}:{sha256(provider.keys_address.encode()).hexdigest()[:32]}"


def _turn(provider: Provider, now: datetime) -> str:
    """Where it stands that somebody asks within this minute."""
    return f"{_name(provider)}:{int(now.timestamp()) // PAUSE_S}"
