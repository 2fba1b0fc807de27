"""Short secrets at rest: seeds of code apps, recovery codes, letters that hold a code; under a key of the node.

AES-256-GCM (NIST SP 800-38D) under keys derived by HKDF-SHA-256 (RFC 5869) from the secret key of the settings; former
secret keys still open what they sealed. Not for what must outlive the secret key.
"""

from __future__ import annotations

import base64
import secrets
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

NONCE_BYTES: Final = 12
_PREFIX: Final = "k1."


def seal(text: str, purpose: str) -> str:
    """Encrypt; `purpose` must be given again to open, so that a value cannot be put in another's place."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(_key(settings.SECRET_KEY)).encrypt(nonce, text.encode(), purpose.encode())
    return _PREFIX + base64.urlsafe_b64encode(nonce + sealed).decode()


def unseal(sealed: str, purpose: str) -> str:
    """Decrypt what `seal` made. Raises ValueError for anything else, and where no secret key of the settings fits."""
    if not sealed.startswith(_PREFIX):
        raise ValueError("this was not sealed here")
    data = base64.urlsafe_b64decode(sealed.removeprefix(_PREFIX))
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            plain = AESGCM(_key(secret)).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], purpose.encode())
        except InvalidTag:
            continue
        return plain.decode()
    raise ValueError("no secret key of this node opens this: restore the former one to SECRET_KEY_FALLBACKS")


@lru_cache(maxsize=8)
def _key(secret: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"kopir sealing 1").derive(secret.encode())
