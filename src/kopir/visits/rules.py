"""What of an address and of a search is kept, how long, and who sees it. Pure."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from kopir.base.actors import Actor, Role
from kopir.script import WORD
from kopir.visits.models import LONGEST_PATH, LONGEST_WORDS
from kopir.websites.rules import ADMINISTERING, PATH

SHOWN_DAYS: Final = 30
KEEP_VIEWS: Final = timedelta(days=400)
KEEP_REST: Final = timedelta(days=90)
"""Of addresses that led nowhere and of searches."""
MISSING_OF_A_DAY: Final = 200
SEARCHES_OF_A_DAY: Final = 500
"""How many different ones are kept for one website and day: what was asked seldom gives way to what comes later."""
LEAST_ASKED: Final = 3
"""So often words are looked for on a day before they are kept: what one person asks, and asks again, may name them."""
DIGITS: Final = 6
SEEING: Final = frozenset({Role.EDITOR, Role.PUBLISHER, Role.SITE_ADMINISTRATOR, Role.HEAD})
"""Who sees what was counted on the website of the own body, and on no other."""

_LANGUAGE: Final = re.compile(r"/([a-z]{2,3})(?:-[a-z]{4})?(/.*|\Z)", re.DOTALL)


def read_path(written: str) -> str | None:
    """A path as people know it, from the bytes as WSGI gives them; None for what is no text, or too long."""
    try:
        path = written.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return None
    return path if path.isprintable() and len(path) <= LONGEST_PATH else None


def split_language(path: str) -> tuple[str, str]:
    """The language of an address, without its script, and the rest from its slash on; "" where it has none."""
    found = _LANGUAGE.fullmatch(path)
    return (found[1], found[2] or "/") if found else ("", path)


def split_way(path: str) -> tuple[str, str] | None:
    """Language and way below the home page, "/kk/old/news/" is ("kk", "old/news"); None where no page can stand."""
    language, rest = split_language(path)
    way = rest.strip("/")
    return (language, way) if language and re.fullmatch(PATH, way) else None


def split_site(rest: str) -> tuple[str, str]:
    """The first segment, and what follows from the slash on: "/edu/news/" is ("edu", "/news/")."""
    slug, _, below = rest.removeprefix("/").partition("/")
    return slug, f"/{below}"


def may_keep_missing(path: str) -> bool:
    """Whether an address that led nowhere may be kept: no address of mail, and no nine digits in sequence.

    "/@name" is a way to write the name of an account of an organization.
    """
    return re.search(r"[^/]@|\d{9,}", path) is None


def choose_words(text: str) -> str | None:
    """What of a search may be kept: its words in small letters, nothing else.

    None for what may name a person: an address of mail, `DIGITS` or more digits (telephones, numbers of documents), and
    what is longer than a few words.
    """
    if "@" in text or sum(sign.isdigit() for sign in text) >= DIGITS:
        return None
    words = " ".join(WORD.findall(text.casefold()))
    return words if 0 < len(words) <= LONGEST_WORDS else None


def bodies_of(actor: Actor) -> frozenset[int]:
    """The bodies whose websites' counts the actor sees."""
    return frozenset(body for role, body in actor.grants if role in SEEING and body is not None)


def may_lead(actor: Actor, body_id: int) -> bool:
    """Whether the actor leads on from addresses of the website of a body: who moves and deletes its pages."""
    return any(actor.has(role, body_id) for role in ADMINISTERING)
