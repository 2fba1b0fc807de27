"""Numbers that can be read aloud, who reads inquiries, how long they are kept. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from kopir.base.actors import Actor, Role

ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTVWXYZ"
"""31 signs, a prime, so that the last sign of a number finds every single error and every two that changed places."""
NUMBER_SIGNS: Final = 8
SECRET_SIGNS: Final = 12
LIMIT_WORDS: Final = 3000
LIMIT_ANSWER: Final = 5000
KEPT: Final = timedelta(days=365)
"""So long the words, the address and the answer are kept; afterwards only that there was an inquiry."""
SOONEST: Final = timedelta(seconds=3)
"""Nobody writes a sentence faster; programs do."""
LATEST: Final = timedelta(hours=24)
READERS: Final = frozenset({Role.EDITOR, Role.PUBLISHER, Role.SITE_ADMINISTRATOR, Role.OFFICER, Role.HEAD})
"""Who reads and answers, each for the own body alone; who operates the platform is none of them."""


def check_sign(signs: str) -> str:
    """The last sign of a number, from those before it."""
    total = sum((place + 2) * ALPHABET.index(sign) for place, sign in enumerate(signs))
    return ALPHABET[total % len(ALPHABET)]


def normalize(text: str) -> str:
    """What somebody typed, without hyphens and spaces and in capitals."""
    return "".join(text.upper().split()).replace("-", "")


def is_number(text: str) -> bool:
    """Whether this is a number, typed without a mistake."""
    signs = normalize(text)
    return len(signs) == NUMBER_SIGNS and set(signs) <= set(ALPHABET) and check_sign(signs[:-1]) == signs[-1]


def grouped(signs: str) -> str:
    """In groups of four, as people read it: "K7QM-4XW9"."""
    return "-".join(signs[start : start + 4] for start in range(0, len(signs), 4))


def may_read(actor: Actor, body_id: int) -> bool:
    """Whether the actor reads and answers what was written to this body."""
    return any((role, body_id) in actor.grants for role in READERS)


def bodies_of(actor: Actor) -> frozenset[int]:
    """The bodies whose inquiries the actor reads."""
    return frozenset(body for role, body in actor.grants if role in READERS and body is not None)
