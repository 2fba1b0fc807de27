"""Two portals in one process: each with its country, address, keys and files; what one asks the other goes in-process.

They share the test's database, so what one node must not know of the other is shown by numbers and people, not tables.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Self
from unittest import mock
from urllib.parse import urlsplit

import requests
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.test import Client, override_settings

from kopir.accounts.oidc.providers import ANCHOR, STATEMENT
from kopir.accounts.oidc.statement import sign_statement
from kopir.base import clock
from kopir.bridge.anchors import Anchor, anchor_text
from people import FIREFOX

IDENTITY = """
names = {kk = "eGov", en = "eGov"}
issuer = "https://idp.example"
client_id = "portal"
client_secret_file = "secret"
keys_file = "keys.json"
authorization = "https://idp.example/authorize"
token = "https://idp.example/token"
scopes = ["openid", "profile"]
least = "substantial"
scheme = "IIN"
number_claim = "iin"
name_claim = "full_name"
levels = {"urn:2fa" = "substantial", "urn:pwd" = "low"}
"""
"""The file about a national provider."""


@cache
def rsa_key(name: str) -> rsa.RSAPrivateKey:
    """One key for each name in a run: making one takes long."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem_of(key: rsa.RSAPrivateKey) -> bytes:
    """As it lies in a file."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


class Portal:
    """One country's portal: `code` KZ or TJ."""

    def __init__(self, code: str, folder: Path) -> None:
        self.code = code
        self.host = f"{code.lower()}.localhost"
        self.address = f"http://{self.host}"
        self.folder = folder / code
        self.portals = self.folder / "portals"
        self.portals.mkdir(parents=True)
        self.key_file = self.folder / "sign-in.key"
        self.key_file.write_bytes(pem_of(rsa_key(code)))
        self.key_file.chmod(0o600)
        self.anchor_key = ec.generate_private_key(ec.SECP256R1())
        der = self.anchor_key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self.anchor = Anchor(code, der, ("http://directory.example/",))

    @contextmanager
    def here(self) -> Iterator[None]:
        """Everything within runs on this portal."""
        with override_settings(
            KOPIR_COUNTRY=self.code.lower(),
            KOPIR_ADDRESS=self.address,
            KOPIR_PORTAL_HOST=self.host,
            ALLOWED_HOSTS=[self.host],
            KOPIR_PORTALS=self.portals,
            KOPIR_IDENTITY_FILE=self.folder / "identity.toml",
            KOPIR_SIGN_IN_KEY_FILE=self.key_file,
        ):
            yield

    def describe(self) -> dict[str, Any]:
        """What is signed about this portal."""
        from kopir.accounts.views.abroad import describe_portal

        with self.here():
            return {**describe_portal(), "days": 365}

    def sign(self, now: datetime | None = None, **changes: Any) -> str:
        """Its statement."""
        return sign_statement(self.describe() | changes, self.anchor_key, self.anchor, now or clock.now())

    def trust(self, other: Portal) -> None:
        """Accept the anchor of another country and put its statement beside it."""
        (self.portals / f"{other.code}{ANCHOR}").write_text(anchor_text(other.anchor))
        (self.portals / f"{other.code}{STATEMENT}").write_text(other.sign())

    def browser(self, **options: Any) -> Client:
        """A browser at this portal."""
        return Client(headers={"host": self.host, "user-agent": FIREFOX}, **options)


class Server(Client):
    """Another program that asks, while a request of a browser is under way: not watched a second time."""

    request = Client.request


class Answer:
    """What `requests` gives, as far as it is asked."""

    def __init__(self, status: int, body: bytes) -> None:
        self.status_code = status
        self._body = body
        self.raw = self

    def read(self, limit: int, decode_content: bool = False) -> bytes:
        return self._body[:limit]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None


class Cut(Answer):
    """One whose body does not come to its end."""

    def __init__(self, fault: Exception) -> None:
        super().__init__(200, b"")
        self._fault = fault

    def read(self, limit: int, decode_content: bool = False) -> bytes:
        raise self._fault


@contextmanager
def wired(*portals: Portal) -> Iterator[list[dict[str, Any]]]:
    """Let portals reach each other; gives what was sent. Nothing else is reached."""
    sent: list[dict[str, Any]] = []
    by_host = {portal.host: portal for portal in portals}

    def post(url: str, *, data: dict[str, str], **_: Any) -> Answer:
        sent.append(data)
        parts = urlsplit(url)
        portal = by_host.get(parts.netloc)
        if portal is None:
            raise requests.ConnectionError
        with portal.here():
            answer = Server(headers={"host": portal.host}).post(parts.path, data)
        return Answer(answer.status_code, answer.content)

    with mock.patch.object(requests, "post", post):
        yield sent


def jwks_of(portal: Portal) -> str:
    """Its keys as a JWK set."""
    return json.dumps({"keys": portal.describe()["keys"]})
