"""People for tests: made as actions would make them, signed in through the pages as browsers do it."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client
from django.urls import reverse

from kopir.accounts.models import RoleGrant, User
from kopir.base import clock
from kopir.base.actors import Actor, Role

HOST = "kz.localhost"
PASSWORD = "four words of no song"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

_used: dict[str, set[str]] = defaultdict(set)


def browser(agent: str = FIREFOX, **options: Any) -> Client:
    """A browser at the portal's own host."""
    return Client(headers={"host": HOST, "user-agent": agent}, **options)


def make_person(
    email: str = "a@example.org",
    *,
    name: str = "Аружан Сериккызы",
    grants: Iterable[tuple[Role, Any]] = (),
    factor: bool | None = None,
    **fields: Any,
) -> User:
    """A person with a confirmed address; `factor` is a code app, which staff has unless told otherwise."""
    grants = list(grants)
    user = User.objects.create_user(email, PASSWORD, name=name, language="kk", **fields)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    for role, body in grants:
        RoleGrant.objects.create(user=user, role=role.value, body=body, granted_at=clock.now())
    if factor if factor is not None else grants:
        TOTP.activate(user, SECRET)
    return user


def actor_of(user: User) -> Actor:
    """The person as actions see them, with all that they hold."""
    held = RoleGrant.objects.filter(user=user, ended_at=None).values_list("role", "body_id")
    grants = frozenset((Role(role), body_id) for role, body_id in held)
    return Actor("person", str(user.pk), str(user), "192.0.2.1", "s", grants)


def code_of(user: User) -> str:
    """A code of the person's app that was not used yet."""
    secret = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP).wrap()
    from kopir.accounts.adapters import FactorAdapter

    seed = FactorAdapter().decrypt(secret.instance.data["secret"])
    for step in (0, 1, -1):  # the one before is over at once where a machine is slow
        code = str(format_hotp_value(hotp_value(seed, int(time.time()) // 30 + step)))
        if code not in _used[str(user.pk)]:
            _used[str(user.pk)].add(code)
            return code
    raise AssertionError("three codes are used: wait half a minute")


def sign_in(client: Client, user: User, password: str = PASSWORD) -> Any:
    """Sign in with the password, and the factor where there is one; returns the last answer."""
    answer = client.post(reverse("account_login"), {"login": user.email, "password": password})
    if Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists() and answer.status_code == 302:
        answer = client.post(reverse("mfa_authenticate"), {"code": code_of(user)})
    return answer


def is_signed_in(client: Client) -> bool:
    """Whether the portal knows who sits at this browser."""
    return client.get(reverse("account_profile")).status_code == 200


def show_factor(client: Client, user: User) -> Any:
    """Show the factor again, as for a dangerous act."""
    return client.post(reverse("mfa_reauthenticate"), {"code": code_of(user)})
