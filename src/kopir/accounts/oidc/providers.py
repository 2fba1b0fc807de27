"""Whom this node asks who somebody is: portals of other countries by their statements, and the national provider.

Both lie in files that an operator puts there (docs/how-to/sign-in-abroad.md): `portals/` holds for each country its
anchor `TJ.anchor.toml` and its statement `TJ.portal.jws`; `identity.toml` describes the national provider. They are
read again when one of them changes.
"""

from __future__ import annotations

import json
import logging
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

from kopir.accounts.models import Level
from kopir.accounts.oidc.errors import StatementError, UnknownProviderError
from kopir.accounts.oidc.statement import (
    LIMIT_BYTES,
    Statement,
    check_address,
    is_this_machine,
    public_keys,
    read_statement,
)
from kopir.accounts.schemes import find_country, get_own_country
from kopir.bridge.anchors import read_anchor
from kopir.bridge.errors import AnchorError

ANCHOR: Final = ".anchor.toml"
STATEMENT: Final = ".portal.jws"
LEVELS: Final[Mapping[str, Level]] = {"low": Level.LOW, "substantial": Level.SUBSTANTIAL, "high": Level.HIGH}
"""How levels are called on the wire, between portals."""
LEAST: Final = Level.SUBSTANTIAL
"""The least level at which a person from another country is let in."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Provider:
    """One provider of identity. `country` is the one whose numbers it may vouch for, and no other.

    It signs with `keys`, or with those that it publishes at `keys_address`. `levels` gives our level for each of its
    `acr` values; where the number and the name stand in the answer is said by `number_claim` ("" between portals, whose
    form is ours) and `name_claim`.
    """

    slug: str
    country: str
    names: Mapping[str, str]
    issuer: str
    client_id: str
    authorization: str
    token: str
    keys: Mapping[str, rsa.RSAPublicKey]
    keys_address: str = ""
    least: Level = LEAST
    client_secret: str = field(default="", repr=False)
    scopes: tuple[str, ...] = ("openid", "identity")
    levels: Mapping[str, Level] = field(default_factory=lambda: LEVELS)
    scheme: str = ""
    number_claim: str = ""
    name_claim: str = "name"


def list_providers(now: datetime) -> list[Provider]:
    """All whose word counts now: the national one first."""
    national = _national(settings.KOPIR_IDENTITY_FILE, _stamp(settings.KOPIR_IDENTITY_FILE))
    own = get_own_country().code
    abroad = [_abroad(one, own) for one in list_statements(now) if one.country != own]
    return ([national] if national else []) + abroad


def get_provider(slug: str, now: datetime) -> Provider:
    """One of them. Raises UnknownProviderError."""
    for provider in list_providers(now):
        if provider.slug == slug:
            return provider
    raise UnknownProviderError


def list_statements(now: datetime) -> list[Statement]:
    """The portals that this country trusts now. A file that cannot be believed is told to the log and left out."""
    folder: Path = settings.KOPIR_PORTALS
    paths = sorted(folder.glob(f"*{STATEMENT}")) if folder.is_dir() else []
    found: dict[str, Statement] = {}
    for path in paths:
        anchor = path.with_name(path.name.removesuffix(STATEMENT) + ANCHOR)
        try:
            one = _read(path, anchor, _stamp(path), _stamp(anchor))
        except (StatementError, AnchorError) as error:
            _log.error("a portal is not trusted", extra={"file": path.name, "why": str(error)})
            continue
        if is_this_machine(one.token) and not is_this_machine(settings.KOPIR_ADDRESS):
            # A foreign country must not have this node post to what listens on its own machine.
            _log.error("a portal is not trusted", extra={"file": path.name, "why": "its addresses are on this machine"})
        elif one.is_in_force(now):
            found.setdefault(one.instance, one)
        else:
            _log.error("a portal is not trusted", extra={"file": path.name, "why": "its statement is not in force"})
    return list(found.values())


def find_statement(instance: str, now: datetime) -> Statement | None:
    """The portal of an instance, None where this country does not trust one."""
    return next((one for one in list_statements(now) if one.instance == instance), None)


def callback_of(statement: Statement, asked: str) -> str:
    """Where the portal of `statement` takes the answer of the portal of country `asked`: each has an own address."""
    return f"{statement.callback}{asked}/"


@lru_cache(maxsize=64)
def _read(path: Path, anchor: Path, _stamp: object, _anchor_stamp: object) -> Statement:
    """Read and judge; the stamps are there so that what changed is judged anew."""
    with path.open(encoding="ascii", errors="replace") as file:
        text = file.read(LIMIT_BYTES).strip()
    return read_statement(path.name, text, read_anchor(anchor))


def _abroad(statement: Statement, own: str) -> Provider:
    country = find_country(statement.country)
    return Provider(
        slug=statement.instance,
        country=statement.country,
        names=country.names if country else {"en": statement.country},
        issuer=statement.issuer,
        client_id=own,
        authorization=statement.authorization,
        token=statement.token,
        keys=public_keys(statement.keys),
    )


@lru_cache(maxsize=4)
def _national(path: Path, stamp: object) -> Provider | None:
    """The national provider as its file describes it; raises StatementError for a file with mistakes."""
    if stamp is None:
        return None
    try:
        told: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
        secret = (path.parent / told["client_secret_file"]).read_text("utf-8").strip()
        address = check_address(told["keys_address"]) if "keys_address" in told else ""
        if address and "keys_file" in told:
            raise ValueError("name keys_file or keys_address, not both")
        keys = [] if address else json.loads((path.parent / told["keys_file"]).read_text("utf-8"))["keys"]
        return Provider(
            slug="national",
            country=get_own_country().code,
            names=told["names"],
            issuer=told["issuer"],
            client_id=told["client_id"],
            client_secret=secret,
            authorization=told["authorization"],
            token=told["token"],
            keys=public_keys({jwk["kid"]: jwk for jwk in keys}),
            keys_address=address,
            least=LEVELS[told["least"]],
            scopes=tuple(told["scopes"]),
            levels={value: LEVELS[level] for value, level in told["levels"].items()},
            scheme=told["scheme"],
            number_claim=told["number_claim"],
            name_claim=told["name_claim"],
        )
    except KeyError as error:
        raise StatementError(file=path.name, why=f"{error} is missing or has a value that is not known") from error
    except (OSError, ValueError, TypeError) as error:
        raise StatementError(file=path.name, why=str(error)) from error


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
