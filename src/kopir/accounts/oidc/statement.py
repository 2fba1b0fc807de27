"""A portal statement: what one country says about its portal, signed with the key of its anchor (ADR 0010).

A JWS in compact form (RFC 7515) by ES256, with `typ` kopir-portal+jwt, so that no other signature of that key can
stand for it, and the key's fingerprint as `kid`. Who has accepted a country's anchor for the bridge believes with the
same decision what that country says here, and nothing else: not the web, not a certificate authority.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key
from jwt.algorithms import RSAAlgorithm

from kopir.accounts.oidc.errors import StatementError
from kopir.bridge.anchors import Anchor

TYPE: Final = "kopir-portal+jwt"
LIMIT_BYTES: Final = 32 << 10
LIMIT_AGE: Final = timedelta(days=400)
LEEWAY: Final = timedelta(minutes=5)
LEAST_RSA_BITS: Final = 2048
_INSTANCE: Final = re.compile(r"[A-Z]{2}(?:-[A-Za-z0-9]+)*")
_FIELDS: Final = ("issuer", "authorization", "token", "callback")


@dataclass(frozen=True)
class Statement:
    """One portal: where it is asked about its citizens, where it takes answers, and the keys that sign its answers.

    `keys` are JSON Web Keys (RFC 7517) by their ids, RSA for RS256.
    """

    instance: str
    issuer: str
    authorization: str
    token: str
    callback: str
    keys: Mapping[str, Mapping[str, Any]]
    said_at: datetime
    expires_at: datetime

    @property
    def country(self) -> str:
        """The country whose citizens this portal may vouch for: the instance begins with its ISO 3166 code."""
        return self.instance[:2]

    def is_in_force(self, now: datetime) -> bool:
        """Whether its time has come and is not over."""
        return self.said_at - LEEWAY <= now < self.expires_at


def sign_statement(
    description: Mapping[str, Any], key: ec.EllipticCurvePrivateKey, anchor: Anchor, now: datetime
) -> str:
    """Sign the description of a portal (`instance`, the four addresses, `keys`, `days`) with the anchor's key."""
    claims = {
        "iss": description["instance"],
        "iat": int(now.timestamp()),
        "exp": int((now + timedelta(days=description["days"])).timestamp()),
        "portal": {name: description[name] for name in _FIELDS} | {"keys": description["keys"]},
    }
    text = jwt.encode(claims, key, algorithm="ES256", headers={"typ": TYPE, "kid": anchor.kid.hex()})
    read_statement("the new statement", text, anchor)  # whatever a reader would refuse is refused here first
    return text


def read_statement(file: str, text: str, anchor: Anchor) -> Statement:
    """Judge a statement by the anchor of its country; whether it is in force is for the caller to ask.

    Raises StatementError, naming `file` and what is wrong.
    """
    try:
        head = jwt.get_unverified_header(text)
        if head.get("typ") != TYPE or head.get("kid") != anchor.kid.hex():
            raise StatementError(file=file, why="it is not signed with the key of the accepted anchor")
        key = load_der_public_key(anchor.key)
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise StatementError(file=file, why="the anchor's key is of a kind that signs no statements")
        claims = jwt.decode(
            text,
            key,
            algorithms=["ES256"],
            issuer=anchor.instance,
            options={"require": ["iss", "iat", "exp"], "verify_exp": False, "verify_iat": False},
        )
        return _statement(file, claims)
    except (jwt.PyJWTError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StatementError(file=file, why=f"it is no valid statement: {error}") from error


def public_keys(keys: Mapping[str, Mapping[str, Any]]) -> dict[str, rsa.RSAPublicKey]:
    """The keys of a statement, ready to verify with. Raises ValueError for one that cannot serve."""
    found = {}
    for kid, jwk in keys.items():
        try:
            key = RSAAlgorithm.from_jwk(json.dumps(dict(jwk)))
        except jwt.InvalidKeyError as error:
            raise ValueError(f"the key {kid} cannot be read: {error}") from error
        if not isinstance(key, rsa.RSAPublicKey) or key.key_size < LEAST_RSA_BITS:
            raise ValueError(f"the key {kid} is no public RSA key of {LEAST_RSA_BITS} bits or more")
        found[kid] = key
    return found


def is_this_machine(address: str) -> bool:
    """Whether an address is on the machine of whoever uses it, as between the portals of a demonstration."""
    host = urlsplit(address).hostname or ""
    return host in {"localhost", "127.0.0.1", "::1"} or host.endswith(".localhost")


def _statement(file: str, claims: Mapping[str, Any]) -> Statement:
    instance, portal = str(claims["iss"]), claims["portal"]
    said_at = datetime.fromtimestamp(claims["iat"], UTC)
    expires_at = datetime.fromtimestamp(claims["exp"], UTC)
    if not _INSTANCE.fullmatch(instance):
        raise StatementError(file=file, why="the instance does not begin with the code of a country")
    if not timedelta() < expires_at - said_at <= LIMIT_AGE:
        raise StatementError(file=file, why=f"it must hold for one to {LIMIT_AGE.days} days; ask for another one")
    addresses = {name: check_address(portal[name]) for name in _FIELDS}
    if len({_origin(address) for address in addresses.values()}) != 1:
        raise StatementError(file=file, why="its addresses are not all of one portal")
    keys = {str(jwk["kid"]): dict(jwk) for jwk in portal["keys"]}
    if not keys or not public_keys(keys):
        raise StatementError(file=file, why="it has no key")
    return Statement(instance=instance, keys=keys, said_at=said_at, expires_at=expires_at, **addresses)


def check_address(text: str) -> str:
    """The address, if it can be asked over https without words of others. Raises ValueError."""
    if not isinstance(text, str):
        raise ValueError(f"{text!r} is no address")  # noqa: TRY004 - a fault of a file as the others
    parts = urlsplit(text)
    host = parts.hostname or ""
    schemes = {"http", "https"} if is_this_machine(text) else {"https"}
    if parts.query or parts.fragment or not host or parts.scheme not in schemes:
        raise ValueError(f"{text!r} is no address with https")
    return text


def _origin(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return parts.scheme, parts.netloc
