"""Asking a provider who somebody is, and judging the answer (OpenID Connect Core 1.0 §3.1, RFC 7636, RFC 9207).

The answer counts only if it is signed with a key that the provider is known to sign with, is for us, of this provider,
for this browser, and a few minutes old. Then: who it is. What follows from that is not decided here.
"""

from __future__ import annotations

import base64
import hmac
import json
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlencode

import jwt
import requests
from urllib3.exceptions import HTTPError

from kopir.accounts.models import Level
from kopir.accounts.oidc.errors import (
    AnswerRefusedError,
    CancelledError,
    LevelTooLowError,
    ProviderUnreachableError,
)
from kopir.accounts.oidc.providers import LEVELS, Provider
from kopir.accounts.oidc.published_keys import find_key

PENDING: Final = "oidc"
LIVES: Final = timedelta(minutes=10)
LEEWAY: Final = timedelta(seconds=30)
WAIT_S: Final = 8
LIMIT_BYTES: Final = 64 << 10
ALGORITHMS: Final = ["RS256"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Identity:
    """Who somebody is, as a provider says: a number of its country, a name, and how sure it is."""

    country: str
    scheme: str
    value: str
    name: str
    level: Level


@dataclass(frozen=True)
class Question:
    """A sign-in that is under way in one browser; it is kept in the session and used once."""

    slug: str
    state: str
    nonce: str
    verifier: str
    asked_at: str
    back: str = ""

    @classmethod
    def new(cls, slug: str, back: str, now: datetime) -> Question:
        """A question with fresh secrets."""
        secret = [secrets.token_urlsafe(32) for _ in range(3)]
        return cls(slug, secret[0], secret[1], secret[2], now.isoformat(), back)


def address_of(question: Question, provider: Provider, redirect_uri: str, language: str) -> str:
    """Where the browser is sent to be asked."""
    challenge = base64.urlsafe_b64encode(sha256(question.verifier.encode()).digest()).rstrip(b"=").decode()
    wanted = [value for value, level in provider.levels.items() if level >= provider.least]
    query = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect_uri,
        "scope": " ".join(provider.scopes),
        "state": question.state,
        "nonce": question.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "acr_values": " ".join(wanted),
        "ui_locales": language,
    }
    return f"{provider.authorization}?{urlencode(query)}"


def check_return(
    kept: Mapping[str, Any] | None, provider: Provider, params: Mapping[str, str], now: datetime
) -> Question:
    """The question that this return answers. Raises AnswerRefusedError for one that this browser did not ask."""
    if not kept:
        raise refused("this browser asked nothing")
    question = Question(**kept)
    if not hmac.compare_digest(question.state.encode(), params.get("state", "").encode()):
        raise refused("the state is another")
    if question.slug != provider.slug:
        raise refused("the question was for another provider")
    if now - datetime.fromisoformat(question.asked_at) > LIVES:
        raise refused("the question is too old")
    if params.get("iss", provider.issuer) != provider.issuer:
        raise refused("the return names another issuer")
    if params.get("error") == "access_denied":
        raise CancelledError
    if "code" not in params:
        raise refused(f"there is no code: {params.get('error', '')[:40]}")
    return question


def fetch_token(question: Question, provider: Provider, code: str, redirect_uri: str) -> str:
    """Change the code for the ID token. Raises ProviderUnreachableError and AnswerRefusedError."""
    data = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "client_id": provider.client_id,
        "code_verifier": question.verifier,
    }
    auth = (provider.client_id, provider.client_secret) if provider.client_secret else None
    try:
        with requests.post(
            provider.token, data=data, auth=auth, timeout=WAIT_S, allow_redirects=False, stream=True
        ) as answer:
            body = answer.raw.read(LIMIT_BYTES, decode_content=True)
            status = answer.status_code
    except (requests.RequestException, HTTPError, OSError) as error:  # HTTPError: it stalls within its body
        raise ProviderUnreachableError from error
    if status != requests.codes.ok:
        _log.warning("a provider gave no token", extra={"provider": provider.slug, "status": status})
        raise AnswerRefusedError if status < 500 else ProviderUnreachableError
    try:
        return str(json.loads(body)["id_token"])
    except (ValueError, KeyError, TypeError) as error:
        raise refused("the token is missing") from error


def judge(token: str, question: Question, provider: Provider, now: datetime) -> Identity:
    """Who it is. Raises AnswerRefusedError for a token that is not for this question, and LevelTooLowError.

    May ask the provider for its keys, so ProviderUnreachableError too, and never within a transaction.
    """
    claims = _verified(token, provider, now)
    if not hmac.compare_digest(str(claims["nonce"]).encode(), question.nonce.encode()):
        raise refused("the nonce is another")
    if claims["aud"] not in (provider.client_id, [provider.client_id]):
        raise refused("it is for others too")
    if claims.get("azp", provider.client_id) != provider.client_id:
        raise refused("it was issued to another")
    identity = _identity(claims, provider)
    if identity.level < provider.least:
        raise LevelTooLowError(level=identity.level.label, least=provider.least.label)
    return identity


def refused(why: str) -> AnswerRefusedError:
    """The refusal, its reason told to the log."""
    _log.warning("an answer was refused", extra={"why": why})
    return AnswerRefusedError(why=why)


def _verified(token: str, provider: Provider, now: datetime) -> dict[str, Any]:
    """The claims of a token with a good signature, of this provider, for us, of this hour."""
    try:
        key = find_key(provider, str(jwt.get_unverified_header(token).get("kid")), now)
        if key is None:
            raise refused("it is signed with a key that is not known")
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=ALGORITHMS,
            issuer=provider.issuer,
            audience=provider.client_id,
            # Time is judged below, by the clock of this house.
            options={"require": ["iss", "aud", "exp", "iat", "nonce"], "verify_exp": False, "verify_iat": False},
        )
        issued, expires = float(claims["iat"]), float(claims["exp"])
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError) as error:
        raise refused(type(error).__name__) from error
    moment, leeway = now.timestamp(), LEEWAY.total_seconds()
    if not issued - leeway <= moment < expires + leeway or moment - issued > LIVES.total_seconds():
        raise refused("its time is over or has not come")
    return claims


def _identity(claims: Mapping[str, Any], provider: Provider) -> Identity:
    """What the claims say of the person; a portal vouches for the numbers of its own country alone."""
    try:
        if provider.number_claim:
            country, scheme, value = provider.country, provider.scheme, claims[provider.number_claim]
        else:
            told = claims["national_id"]
            country, scheme, value = told["country"], told["scheme"], told["value"]
        name = claims[provider.name_claim]
    except (KeyError, TypeError) as error:
        raise refused("it does not say who it is") from error
    if not all(isinstance(one, str) and 0 < len(one) <= 200 for one in (country, scheme, value, name)):
        raise refused("it does not say who it is")
    if country != provider.country:
        raise refused("it speaks of another country's citizen")
    return Identity(country, scheme, value, name, provider.levels.get(str(claims.get("acr")), Level.CLAIMED))


def wanted_level(acr_values: str) -> Level:
    """The least level that a portal asks for."""
    return min((LEVELS[value] for value in acr_values.split() if value in LEVELS), default=Level.LOW)
