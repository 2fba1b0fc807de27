"""What this room tells upward: letters that are due. Which words they use and how they travel is for the receiver.

A letter may hold a code or a link that opens something. Whoever keeps it until it is sent keeps a secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

LETTERS: Final[Mapping[str, tuple[str, ...]]] = {
    "accounts.invitation": ("inviter", "role", "body", "url", "expires_at"),
    "accounts.confirm_email": ("code",),
    "accounts.reset_password": ("code",),
    "accounts.account_exists": ("sign_in_url", "reset_url"),
    "accounts.unknown_account": ("sign_up_url",),
    "accounts.password_changed": ("address", "agent"),
    "accounts.factor_added": ("factor", "address", "agent"),
    "accounts.factor_removed": ("factor", "address", "agent"),
    "accounts.recovery_codes_made": ("address", "agent"),
    "accounts.reset_requested": ("operator",),
    "accounts.reset_withdrawn": ("operator",),
    "accounts.reset_done": ("operator", "second_operator"),
    "accounts.role_granted": ("role", "body"),
    "accounts.role_ended": ("role", "body"),
    "accounts.session_ended": ("address", "agent"),
    "accounts.number_linked": ("scheme", "country"),
    "accounts.number_removed": ("scheme", "country"),
}
"""Every letter of this room and the fields of its context, all text."""


@dataclass(frozen=True)
class LetterDue:
    """A letter to a person (`user_id`) or, where there is no account to name, to an e-mail address.

    `template` is a name in `LETTERS`. Raises ValueError for another, or for a context with other fields.
    """

    template: str
    language: str
    context: Mapping[str, str]
    user_id: str = ""
    address: str = ""

    def __post_init__(self) -> None:
        if set(LETTERS.get(self.template, ("?",))) != set(self.context):
            raise ValueError(f"{self.template} is no letter, or not with {sorted(self.context)}")
        if bool(self.user_id) == bool(self.address):
            raise ValueError("a letter goes to a person or to an address")
