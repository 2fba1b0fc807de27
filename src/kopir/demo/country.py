"""One country of the stand on disk: development authority, keys, directory, anchors, the configuration of its node.

Everything is made the way an operator would make it, by the same code as the commands; nothing here is for production.
"""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from kopir.bridge.anchors import Anchor, anchor_text
from kopir.bridge.publish import publish
from kopir.signing.authority import create_authority, open_authority
from kopir.signing.certificates import spki_of
from kopir.signing.csr import make_csr, parse_csr, parse_names, parse_subject
from kopir.signing.keys import load_private_key, new_private_key, write_private_key

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from kopir.signing.authority import Authority

CERTIFICATE_DAYS: Final = 365
CRL_DAYS: Final = 30
NAMES: Final = {
    "KZ": ("Agency for digital development of Kazakhstan", "Bureau of national statistics of Kazakhstan"),
    "TJ": ("Agency for innovation and digital technologies of Tajikistan", "Agency on statistics of Tajikistan"),
    "UZ": ("Ministry of digital technologies of Uzbekistan", "National statistics committee of Uzbekistan"),
}


@dataclass(frozen=True, slots=True)
class Ports:
    """TCP ports on 127.0.0.1 of one country's parts."""

    client: int
    peer: int
    control: int
    directory: int
    registry: int
    stamps: int
    portal: int

    @classmethod
    def counted_from(cls, first: int) -> Ports:
        """Return seven ports in a row."""
        return cls(*range(first, first + 7))


@dataclass(frozen=True, slots=True)
class Country:
    """A country named by its instance (`KZ`), in `folder`, on `ports`."""

    instance: str
    folder: Path
    ports: Ports

    @property
    def owner(self) -> str:
        """The member that runs the node."""
        return f"{self.instance}/GOV/DIGITAL"

    @property
    def node(self) -> str:
        """The node."""
        return f"{self.owner}/node1"

    @property
    def client(self) -> str:
        """The subsystem that asks."""
        return f"{self.owner}/egov"

    @property
    def statistics(self) -> str:
        """The member that keeps the register."""
        return f"{self.instance}/GOV/STAT"

    @property
    def service(self) -> str:
        """The register of regions and districts."""
        return f"{self.statistics}/registers/regions"

    @property
    def config(self) -> Path:
        """The node's configuration file."""
        return self.folder / "node.toml"

    @property
    def anchor(self) -> Path:
        """The anchor file that this country hands to others, named as `kopir anchor accept` names it."""
        return self.folder / "anchors" / f"{self.instance}.toml"

    @property
    def address(self) -> str:
        """Where information systems call the node."""
        return f"http://127.0.0.1:{self.ports.client}"

    def build(self) -> None:
        """Make authority, keys and certificates unless they are there; describe, anchor and publish the directory."""
        if not self.anchor.exists():
            self._make_keys()
        self._make_anchor()
        (self.folder / "directory.toml").write_text(self._directory(), encoding="utf-8")
        self.publish()

    def publish(self) -> None:
        """Publish `directory.toml` under the next number, valid for a day, with a fresh revocation list."""
        now = _now_ms()
        open_authority(self.folder / "ca").make_crl(now_ms=now, days=CRL_DAYS)
        key = load_private_key(self.folder / "keys" / "directory.key")
        publish(self.folder / "directory.toml", key, self.folder / "directory.cose", now_ms=now)

    def respell_anchors(self) -> None:
        """Give anchors that an earlier stand named `kz.toml` their name of now, so that no instance has two."""
        for old in (self.folder / "anchors").glob("*.toml"):
            new = old.with_name(f"{old.stem.upper()}.toml")
            if old.stem.islower() and new.exists():
                old.unlink()
            elif old.stem.islower():
                old.rename(new)

    def trust(self, others: Iterable[Country]) -> None:
        """Accept the anchors of `others` by hand, and write the node's configuration that lets them call."""
        trusted = list(others)
        for other in trusted:
            (self.folder / "anchors" / other.anchor.name).write_bytes(other.anchor.read_bytes())
        self.config.write_text(self._node(trusted), encoding="utf-8")

    def _make_keys(self) -> None:
        for folder in (self.folder / "ca", self.folder / "keys"):
            shutil.rmtree(folder, ignore_errors=True)  # left over where the making was stopped halfway
        for folder in (self.folder / "keys", self.folder / "anchors"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        subject = parse_subject(f"CN=Development authority of {self.instance},C={self.instance}")
        authority = create_authority(self.folder / "ca", subject=subject, now_ms=_now_ms())
        self.issue(authority, "tls", self.node, "tls", names=("127.0.0.1",))
        self.issue(authority, "digital", self.owner, "signing")
        self.issue(authority, "stat", self.statistics, "signing")
        self.issue(authority, "tsa", f"{self.instance} time stamps", "stamp")
        write_private_key(self.folder / "keys" / "directory.key", new_private_key())

    def _make_anchor(self) -> None:
        """Write the own anchor, the last of what is made once: where it is, all keys are."""
        directory_key = load_private_key(self.folder / "keys" / "directory.key")
        address = f"http://127.0.0.1:{self.ports.directory}/directory"
        own = str(self.folder / "directory.cose")
        anchor = Anchor(self.instance, spki_of(directory_key.public_key()), (address, own))
        self.anchor.write_text(anchor_text(anchor), encoding="utf-8")

    def issue(
        self, authority: Authority, name: str, subject: str, purpose: str, *, names: tuple[str, ...] = ()
    ) -> None:
        """Make `keys/NAME.key` and have `keys/NAME.crt` issued for it."""
        key = new_private_key()
        write_private_key(self.folder / "keys" / f"{name}.key", key)
        request = parse_csr(make_csr(key, parse_subject(f"CN={subject.replace('/', ' ')}"), parse_names(names)))
        der = authority.issue(request, purpose=purpose, days=CERTIFICATE_DAYS, now_ms=_now_ms())
        pem = x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM)
        (self.folder / "keys" / f"{name}.crt").write_bytes(pem)

    def _directory(self) -> str:
        digital, statistics = NAMES.get(
            self.instance, (f"Digital agency of {self.instance}", f"Statistics of {self.instance}")
        )
        text = json.dumps
        return f"""\
# The directory of {self.instance}, as `kopir directory publish` reads it.
instance = {text(self.instance)}
authorities = ["ca/ca.crt"]
revocation_lists = ["ca/ca.crl"]

[[member]]
id = {text(self.owner)}
name = {text(digital)}
certificates = ["keys/digital.crt"]

[[member]]
id = {text(self.statistics)}
name = {text(statistics)}
certificates = ["keys/stat.crt"]

[[subsystem]]
id = {text(self.client)}
name = "Portal of public services"

[[subsystem]]
id = {text(self.statistics + "/registers")}
name = "Registers"

[[service]]
id = {text(self.service)}
type = "OPENAPI3"
title = "Register of regions and districts"

[[node]]
id = {text(self.node)}
address = "127.0.0.1:{self.ports.peer}"
certificates = ["keys/tls.crt"]
clients = [{text(self.owner)}, {text(self.client)}, {text(self.statistics + "/registers")}]

[[stamp_authority]]
name = "{self.instance} development time stamps"
certificate = "keys/tsa.crt"
"""

    def _node(self, trusted: list[Country]) -> str:
        ports, text = self.ports, json.dumps
        allowed = "".join(
            f'\n[[service.allow]]\nclient = {text(other.client)}\nmethod = "GET"\npath = {text(path)}\n'
            for other in (self, *trusted)
            for path in ("/regions", "/regions/**")
        )
        return f"""\
# The node of {self.instance} on the stand; every key is explained in docs/reference/configuration.md.
[node]
id = {text(self.node)}
state = "state"

[client]
http = ["127.0.0.1:{ports.client}"]
trusted_subsystems = [{text(self.client)}]

[peer]
listen = "127.0.0.1:{ports.peer}"
certificate = "keys/tls.crt"
key = "keys/tls.key"

[control]
listen = "127.0.0.1:{ports.control}"

[[member]]
id = {text(self.owner)}
certificate = "keys/digital.crt"
key = "keys/digital.key"

[[member]]
id = {text(self.statistics)}
certificate = "keys/stat.crt"
key = "keys/stat.key"

[directory]
anchors = "anchors"
own = "directory.cose"
listen = "127.0.0.1:{ports.directory}"

[timestamp]
url = "http://127.0.0.1:{ports.stamps}/"

[[service]]
id = {text(self.service)}
url = "http://127.0.0.1:{ports.registry}"
type = "OPENAPI3"
description = "http://127.0.0.1:{ports.registry}/openapi.json"
{allowed}"""


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
