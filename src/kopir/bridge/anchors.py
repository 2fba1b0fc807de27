"""Anchor files: which instance's directories this node believes, under which key, from where, from which number on.

An anchor is the whole of the trust between two countries, so a person accepts it by hand after its fingerprint was
compared by another way than the one on which the file came.
"""

from __future__ import annotations

import base64
import binascii
import tomllib
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from kopir.bridge.errors import AnchorError
from kopir.signing.certificates import load_spki
from kopir.signing.errors import CertificateError
from kopir.wire.errors import CallerError
from kopir.wire.names import decode_segment, encode_segment

LIMIT_FILE_BYTES: Final = 64 << 10
SUFFIX: Final = ".toml"

_KEYS: Final = {"instance": str, "key": str, "addresses": list, "lowest_number": int}


@dataclass(frozen=True, slots=True)
class Anchor:
    """`key` is the directory key, SubjectPublicKeyInfo in DER; an address is an http(s) URL or an absolute path."""

    instance: str
    key: bytes
    addresses: tuple[str, ...]
    lowest_number: int = 1

    @property
    def kid(self) -> bytes:
        """How documents name the key: SHA-256 of its DER."""
        return sha256(self.key).digest()

    @property
    def fingerprint(self) -> str:
        """The key's SHA-256 as people compare it by voice: 16 groups of four hexadecimal digits."""
        digits = self.kid.hex().upper()
        return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))

    def has_fingerprint(self, text: str) -> bool:
        """Whether a person typed this fingerprint; blanks, colons and case do not count."""
        return "".join(text.replace(":", " ").split()).lower() == self.kid.hex()


def read_anchor(path: Path) -> Anchor:
    """Read an anchor file. Raises `AnchorError`, naming the file, the key and the remedy."""
    try:
        with path.open("rb") as file:
            data = file.read(LIMIT_FILE_BYTES + 1)
    except OSError as error:
        raise AnchorError(f"{path}: cannot be read: {error.strerror}; check path and permissions") from error
    return parse_anchor(path, data)


def parse_anchor(path: Path, data: bytes) -> Anchor:
    """Read the content of the anchor file that lies, or is to lie, at `path`. Raises `AnchorError`."""
    try:
        values = tomllib.loads(data[:LIMIT_FILE_BYTES].decode())
    except ValueError as error:
        raise AnchorError(f"{path}: is no anchor file: {error}; ask its sender for `kopir anchor make`") from error
    _check_keys(path, values)
    return Anchor(
        instance=_instance(path, values["instance"]),
        key=_key(path, values["key"]),
        addresses=tuple(_address(path, address) for address in values["addresses"]),
        lowest_number=values["lowest_number"],
    )


def anchor_text(anchor: Anchor) -> str:
    """The anchor as a file."""
    addresses = ", ".join(_quoted(address) for address in anchor.addresses)
    return (
        "# Whom to trust for the directory of one country. Compare the fingerprint by voice before you accept it:\n"
        f"# {anchor.fingerprint}\n"
        f"instance = {_quoted(anchor.instance)}\n"
        f"key = {_quoted(base64.b64encode(anchor.key).decode())}\n"
        f"addresses = [{addresses}]\n"
        f"lowest_number = {anchor.lowest_number}\n"
    )


def load_anchors(folder: Path) -> dict[str, Anchor]:
    """All anchors that were accepted into `folder`, by instance. Raises `AnchorError`, also for two of one instance."""
    found: dict[str, Anchor] = {}
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix == SUFFIX)
    except OSError as error:
        raise AnchorError(f"{folder}: cannot be read: {error.strerror}; make it with `kopir anchor accept`") from error
    for path in paths:
        anchor = read_anchor(path)
        if anchor.instance in found:
            raise AnchorError(f"{path}: there is another anchor for {anchor.instance}; remove one of the two")
        found[anchor.instance] = anchor
    return found


def public_key(text: str) -> bytes:
    """The DER of a public key in PEM or base64. Raises `ValueError` or `CertificateError` if it cannot serve."""
    if "-----BEGIN" in text:
        try:
            key = load_pem_public_key(text.encode())
        except UnsupportedAlgorithm as error:
            raise ValueError(str(error)) from error
        der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    else:
        der = base64.b64decode("".join(text.split()), validate=True)
    load_spki(der)
    return der


def is_url(address: str) -> bool:
    """Whether an address is fetched over HTTP; else it is a path."""
    return address.startswith(("http://", "https://"))


def _check_keys(path: Path, values: dict[str, Any]) -> None:
    values.setdefault("lowest_number", 1)
    for name, kind in _KEYS.items():
        if type(values.get(name)) is not kind:
            raise AnchorError(f"{path}: {name}: is missing or of the wrong kind; it must be a {kind.__name__}")
    if unknown := sorted(values.keys() - _KEYS.keys()):
        raise AnchorError(f"{path}: {unknown[0]}: is unknown; allowed are {', '.join(_KEYS)}")
    if not 0 <= values["lowest_number"] < 1 << 63:
        raise AnchorError(f"{path}: lowest_number: is out of range; write the number of a document, such as 1")
    if not values["addresses"] or not all(isinstance(address, str) and address for address in values["addresses"]):
        raise AnchorError(f'{path}: addresses: holds no address; write ["http://directory.example.org/"] or a path')


def _instance(path: Path, text: str) -> str:
    try:
        canonical = encode_segment(decode_segment(text))
    except CallerError as error:
        raise AnchorError(f"{path}: instance: {error.message}; write it as identifiers begin") from error
    if canonical != text:
        raise AnchorError(f"{path}: instance: {text!r} is not its one spelling; write {canonical!r}")
    return text


def _key(path: Path, text: str) -> bytes:
    try:
        return public_key(text)
    except (ValueError, binascii.Error, CertificateError) as error:
        raise AnchorError(f"{path}: key: is no public key: {error}; give its PEM or the base64 of its DER") from error


def _address(path: Path, text: str) -> str:
    return text if is_url(text) else str(path.absolute().parent / text)


def _quoted(text: str) -> str:
    """A TOML basic string (TOML 1.0); what is printable stands for itself."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08X}" for c in escaped) + '"'
