"""A country in memory: authority, directory key, one member with one node, and directory documents good and bad."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from kopir.bridge.anchors import Anchor
from kopir.signing.algorithms import ES256, sign
from kopir.signing.facts import spki_of
from kopir.wire.directory import (
    Directory,
    MemberEntry,
    NodeEntry,
    ServiceEntry,
    StampAuthorityEntry,
    SubsystemEntry,
    encode,
    frame,
    to_be_signed,
)
from pki import NOW_MS, STAMP, TLS, Made, make_certificate, make_root, p256

HOUR_MS = 3_600_000


@dataclass
class Country:
    """What a test needs of a country. `directory` is the content of the first document, `document` signs it."""

    instance: str = "KZ"
    key: ec.EllipticCurvePrivateKey = field(default_factory=p256)
    root: Made = field(default_factory=make_root)

    def __post_init__(self) -> None:
        self.member = f"{self.instance}/GOV/1"
        self.subsystem = f"{self.member}/registry"
        self.service = f"{self.subsystem}/regions"
        self.node = f"{self.member}/node1"
        self.signing = make_certificate("CN=Member", issuer=self.root)
        self.tls = make_certificate("CN=Node", issuer=self.root, usages=("digital_signature",), eku=TLS)
        self.stamps = make_certificate("CN=Stamps", usages=("digital_signature",), eku=STAMP, eku_critical=True)
        self.directory = Directory(
            instance=self.instance,
            number=1,
            issued_ms=NOW_MS,
            expires_ms=NOW_MS + 24 * HOUR_MS,
            authorities=(self.root.der,),
            members=(MemberEntry(self.member, "Ministry", (self.signing.der,)),),
            subsystems=(SubsystemEntry(self.subsystem, "Register"),),
            services=(ServiceEntry(self.service, "REST", "Regions"),),
            nodes=(NodeEntry(self.node, "127.0.0.1:5500", (self.tls.der,), (self.subsystem,)),),
            stamp_authorities=(StampAuthorityEntry("Stamps", self.stamps.der),),
        )

    @property
    def spki(self) -> bytes:
        return spki_of(self.key.public_key())

    def anchor(self, *addresses: str, lowest_number: int = 1) -> Anchor:
        return Anchor(self.instance, self.spki, addresses or ("http://directory.example/",), lowest_number)

    def document(self, *, key: ec.EllipticCurvePrivateKey | None = None, **changes: Any) -> bytes:
        """A signed document, by the directory key unless another is given."""
        return signed(replace(self.directory, **changes), key or self.key)


def signed(directory: Directory, key: ec.EllipticCurvePrivateKey) -> bytes:
    payload = encode(directory)
    anchor = Anchor(directory.instance, spki_of(key.public_key()), ())
    return frame(ES256, anchor.kid, payload, sign(key, to_be_signed(ES256, anchor.kid, payload)))
