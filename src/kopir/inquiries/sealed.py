"""Personal fields at rest, and the digest by which a secret is compared. No query."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from kopir.base import sealing

_PURPOSE: Final = "inquiries."


def close(text: str, field: str) -> str:
    """The text of a field as the table keeps it; "" stays ""."""
    return sealing.seal(text, _PURPOSE + field) if text else ""


def read(sealed: str, field: str) -> str:
    """The text of a field again. Raises ValueError where no key of this node opens it."""
    return sealing.unseal(sealed, _PURPOSE + field) if sealed else ""


def digest(secret: str) -> str:
    """What is kept of a secret; it has nearly 60 bits, so it needs no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


def fits(secret: str, kept: str) -> bool:
    """Whether this is the secret, in the same time for every answer."""
    return hmac.compare_digest(digest(secret), kept)
