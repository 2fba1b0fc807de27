"""A passkey in software, as a browser and its authenticator would answer (WebAuthn Level 3): ES256, no attestation."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import struct
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def encode(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class SoftKey:
    """One passkey; `verified` says whether its owner showed a finger or a PIN."""

    def __init__(self, host: str, *, verified: bool = True) -> None:
        self.origin = f"http://{host}"
        self.rp_hash = hashlib.sha256(host.encode()).digest()
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(32)
        self.flags = PRESENT | (VERIFIED if verified else 0)
        self.user_handle = b""

    def create(self, options: dict[str, Any]) -> str:
        """The answer to `navigator.credentials.create`, as our script sends it."""
        wish = options["publicKey"]
        self.user_handle = base64.urlsafe_b64decode(wish["user"]["id"] + "==")
        public = dict(ES256.from_cryptography_key(self.key.public_key()))  # type: ignore[no-untyped-call]
        attested = bytes(16) + struct.pack(">H", len(self.id)) + self.id + cbor.encode(public)
        data = self.rp_hash + bytes([self.flags | ATTESTED]) + struct.pack(">I", 0) + attested
        response = {
            "attestationObject": encode(cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})),
            "clientDataJSON": encode(self._client_data("webauthn.create", wish["challenge"])),
            "transports": ["internal"],
        }
        return self._answer(response, {"credProps": {"rk": True}})

    def get(self, options: dict[str, Any]) -> str:
        """The answer to `navigator.credentials.get`."""
        client_data = self._client_data("webauthn.get", options["publicKey"]["challenge"])
        data = self.rp_hash + bytes([self.flags]) + struct.pack(">I", 1)
        signed = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "authenticatorData": encode(data),
            "clientDataJSON": encode(client_data),
            "signature": encode(signed),
            "userHandle": encode(self.user_handle),
        }
        return self._answer(response, {})

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, response: dict[str, Any], results: dict[str, Any]) -> str:
        identity = encode(self.id)
        answer = {"type": "public-key", "id": identity, "rawId": identity, "response": response}
        return json.dumps(answer | {"clientExtensionResults": results})
