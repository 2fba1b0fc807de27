"""The demonstration sign-ins of a stand: made once with the stand, kept in one file that only its owner can read.

Nothing here is a password that ships: each stand has its own, and the code app is the command `kopir stand code`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kopir.demo.content import WHO

FILE: Final = "sign-ins.json"
STEP_S: Final = 30
_CONSONANTS: Final = "bdfghjkmnprstvz"
_VOWELS: Final = "aeiou"
_WORDS: Final = 5
_SECRET_BYTES: Final = 20


@dataclass(frozen=True, slots=True)
class SignIns:
    """One password for all demonstration people of a stand, and the secret of each one's code app (base32)."""

    password: str
    secrets: Mapping[str, str]
    """By "kz/operator"."""


def email_of(country: str, who: str) -> str:
    """The address of a demonstration person; names below `localhost` belong to no mail server (RFC 6761)."""
    return f"{who}@{country}.localhost"


def make_sign_ins(folder: Path, countries: tuple[str, ...]) -> SignIns:
    """Read those of the stand in `folder`, and make what is missing for `countries`."""
    known = read_sign_ins(folder) or SignIns(_make_password(), {})
    wanted = {f"{country}/{who}" for country in countries for who in WHO}
    missing = sorted(wanted - known.secrets.keys())
    if not missing:
        return known
    new = {name: base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode() for name in missing}
    made = SignIns(known.password, {**known.secrets, **new})
    draft = folder / f"{FILE}.draft"
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump({"password": made.password, "secrets": dict(made.secrets)}, file, indent=1)
    draft.replace(folder / FILE)
    return made


def read_sign_ins(folder: Path) -> SignIns | None:
    """Those of the stand in `folder`; None where no stand with portals was made there."""
    try:
        known = json.loads((folder / FILE).read_text("utf-8"))
    except FileNotFoundError:
        return None
    return SignIns(known["password"], known["secrets"])


def make_code(secret: str, now_s: float) -> tuple[str, int]:
    """The code that a code app shows now (RFC 6238 with SHA-1, six digits), and for how many seconds still."""
    step = int(now_s) // STEP_S
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1)
    place = digest[-1] & 0x0F
    number = int.from_bytes(digest[place : place + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}", STEP_S - int(now_s) % STEP_S


def _make_password() -> str:
    """Four letters that can be said, five times: 63 bits of chance."""
    return "-".join("".join(secrets.choice(letters) for letters in (_CONSONANTS, _VOWELS) * 2) for _ in range(_WORDS))
