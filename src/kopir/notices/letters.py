"""The letters that this portal writes: their channels, and how the fields of their context are shown. Data only.

A room above registers letters of its own with `LETTERS.add` and lays their templates under
`templates/notices/letters/<name>/`: `subject.txt`, `text.txt`, and `sms.txt` where it goes by SMS too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kopir.accounts.models import ROLE_NAMES
from kopir.base.actors import Role
from kopir.base.registry import Registry

Show = Callable[[str], str]


@dataclass(frozen=True)
class Letter:
    """One kind of news. `show` makes words of those fields of the context that are codes.

    `in_inbox` keeps it in the inbox of who has an account; a letter with a code or a link that opens something never
    is. `by_sms` sends it to the confirmed number too, for what must be noticed at once. `keeps_secret` is for letters
    that hold a code or such a link.
    """

    in_inbox: bool = True
    by_email: bool = True
    by_sms: bool = False
    keeps_secret: bool = False
    show: Mapping[str, Show] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.keeps_secret and self.in_inbox:
            raise ValueError("a letter with a secret in it must not stand in an inbox")


FACTORS: Final = {"totp": _("code app"), "webauthn": _("passkey"), "recovery_codes": _("recovery codes")}


def show_role(value: str) -> str:
    """A role as people call it."""
    return str(ROLE_NAMES[Role(value)]) if value in set(Role) else value


def show_factor(value: str) -> str:
    """A second factor as people call it."""
    return str(FACTORS.get(value, value))


def show_instant(value: str) -> str:
    """An ISO instant as date and time of the country."""
    at = timezone.localtime(datetime.fromisoformat(value))
    return f"{date_format(at, 'DATE_FORMAT')} {date_format(at, 'H:i')}"


def show_known(value: str) -> str:
    """A browser or an address, where it is known."""
    return value or gettext("unknown")


_ROLE: Final[Mapping[str, Show]] = {"role": show_role}
_FROM_WHERE: Final[Mapping[str, Show]] = {"address": show_known, "agent": show_known}
_FACTOR: Final[Mapping[str, Show]] = {**_FROM_WHERE, "factor": show_factor}

LETTERS: Final = Registry[Letter]("letter")

for _name, _letter in {
    "accounts.invitation": Letter(
        in_inbox=False, keeps_secret=True, show={"role": show_role, "expires_at": show_instant}
    ),
    "accounts.confirm_email": Letter(in_inbox=False, keeps_secret=True),
    "accounts.reset_password": Letter(in_inbox=False, keeps_secret=True),
    "accounts.account_exists": Letter(in_inbox=False),
    "accounts.unknown_account": Letter(in_inbox=False),
    "accounts.password_changed": Letter(by_sms=True, show=_FROM_WHERE),
    "accounts.factor_added": Letter(show=_FACTOR),
    "accounts.factor_removed": Letter(by_sms=True, show=_FACTOR),
    "accounts.recovery_codes_made": Letter(show=_FROM_WHERE),
    "accounts.reset_requested": Letter(by_sms=True),
    "accounts.reset_withdrawn": Letter(),
    "accounts.reset_done": Letter(by_sms=True),
    "accounts.role_granted": Letter(show=_ROLE),
    "accounts.role_ended": Letter(show=_ROLE),
    "accounts.session_ended": Letter(show=_FROM_WHERE),
    "accounts.number_linked": Letter(by_sms=True),
    "accounts.number_removed": Letter(by_sms=True),
    "notices.phone_code": Letter(in_inbox=False, by_email=False, by_sms=True, keeps_secret=True),
    "notices.phone_changed": Letter(),
}.items():
    LETTERS.add(_name, _letter)
