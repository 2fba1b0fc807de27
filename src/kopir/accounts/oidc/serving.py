"""This node as provider: what it tells another country's portal about a citizen of its own (allauth.idp.oidc).

The portals that may ask are those of the statements and no others; each is a public client with PKCE, whose one
address of return its country has signed. So no secret travels between countries.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from allauth.core import context
from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.models import Client, PrivateKey
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings
from django.core.cache import cache
from django.db import transaction

from kopir.accounts.models import Level, NationalId, User
from kopir.accounts.oidc.errors import LevelTooLowError, NoSignInKeyError, NothingToTellError, UnknownPortalError
from kopir.accounts.oidc.providers import LEVELS, callback_of, find_statement, list_statements
from kopir.accounts.presence import Presence
from kopir.accounts.schemes import get_own_country
from kopir.audit.actions import record
from kopir.base.actors import Actor, system_actor
from kopir.signing.errors import KeyFileError
from kopir.signing.keys import read_private_file

SCOPES: Final = ("openid", "identity")
CODE_LIVES_S: Final = 60
TOLD: Final = "kopir_told"
_log = logging.getLogger(__name__)
WORDS: Final = {level: word for word, level in LEVELS.items()}


class ServingAdapter(DefaultOIDCAdapter):  # type: ignore[misc]  # allauth ships no types
    """Our issuer, our key, and the claims of an ID token."""

    def get_issuer(self) -> str:
        return str(settings.KOPIR_ADDRESS)

    def list_private_keys(self, **_: object) -> list[PrivateKey]:
        try:
            return [PrivateKey(pem=read_private_file(settings.KOPIR_SIGN_IN_KEY_FILE).decode("ascii"))]
        except KeyFileError as error:
            _log.error("no key for sign-in", extra={"why": str(error)})
            raise NoSignInKeyError from error

    def get_claims(
        self, purpose: str, user: User, client: Client, scopes: Iterable[str], **_: object
    ) -> dict[str, Any]:
        """No more than the name of the account; what is told of the person depends on how they signed in."""
        return {"sub": str(user.pk)}

    def populate_id_token(self, id_token: dict[str, Any], client: Client, scopes: Iterable[str], **_: object) -> None:
        """Add what the person agreed to tell, as it was put aside with the code."""
        id_token.update(getattr(context.request, TOLD))


def get_portal_client(instance: str, now: datetime) -> Client:
    """The portal that asks. Raises UnknownPortalError for one that this country does not trust (any more)."""
    statement = find_statement(instance, now)
    if statement is None or statement.country == get_own_country().code:
        raise UnknownPortalError
    client = Client.objects.filter(pk=instance).first()
    if client is None or client.get_redirect_uris() != [callback_of(statement, get_own_country().code)]:
        sync_portals(now=now)
        client = Client.objects.get(pk=instance)
    return client


def sync_portals(*, now: datetime) -> None:
    """Make the clients of allauth what the statements say; who is trusted no more loses codes and tokens too."""
    own = get_own_country().code
    trusted = {one.instance: one for one in list_statements(now) if one.country != own}
    with transaction.atomic():
        gone, _ = Client.objects.exclude(pk__in=trusted).delete()
        for instance, statement in trusted.items():
            Client.objects.update_or_create(
                pk=instance,
                defaults={
                    "name": instance,
                    "type": Client.Type.PUBLIC,
                    "secret": "!",
                    "scopes": "\n".join(SCOPES),
                    "grant_types": Client.GrantType.AUTHORIZATION_CODE,
                    "response_types": "code",
                    "redirect_uris": callback_of(statement, own),
                },
            )
        record(
            actor=system_actor("accounts.portals"),
            action="accounts.trust_portals",
            subject="accounts.portals:all",
            after={"trusted": sorted(trusted), "gone": gone},
            now=now,
        )


def what_to_tell(here: Presence, wanted: Level) -> dict[str, Any]:
    """The claims about who is here. Raises NothingToTellError, and LevelTooLowError before anything is told."""
    own = get_own_country().code
    confirmed = NationalId.objects.filter(user=here.user, country=own, level__gt=Level.CLAIMED).order_by("-level")
    number = confirmed.first()
    if number is None or here.user is None:
        raise NothingToTellError
    level = Level(min(here.proof.level, number.level))
    if level < max(wanted, Level.LOW):
        raise LevelTooLowError(level=level.label, least=wanted.label)
    return {
        "national_id": {"country": number.country, "scheme": number.scheme, "value": number.value},
        "name": here.user.name,
        "acr": WORDS[level],
    }


def put_aside(code: str, told: dict[str, Any], client: Client, actor: Actor, now: datetime) -> None:
    """Keep what is told for the portal that brings the code, and record that the person agreed."""
    cache.set(_key(code), told, timeout=CODE_LIVES_S)
    with transaction.atomic():
        record(
            actor=actor,
            action="accounts.tell_identity",
            subject=f"accounts.user:{actor.id}",
            after={"portal": client.pk, "level": told["acr"]},
            now=now,
        )


def take_up(code: str) -> dict[str, Any] | None:
    """What was put aside with a code, once."""
    found: dict[str, Any] | None = cache.get(_key(code))
    cache.delete(_key(code))
    return found


def make_sign_in_key() -> bytes:
    """A private key for ID tokens, in PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _key(code: str) -> str:
    return f"accounts.told.{sha256(code.encode()).hexdigest()}"
