"""What a time stamp token says (RFC 3161 inside RFC 5652): every part that matters, read strictly, nothing believed.

The ASN.1 library reads lazily and checks little, so all reading happens here, behind one error, and gives plain facts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

from asn1crypto import cms, core, tsp

from .errors import StampError, StampReason
from .facts import milliseconds

MAX_TOKEN_BYTES: Final = 64 * 1024
STRONG_HASHES: Final = frozenset({"sha256", "sha384", "sha512"})

# What the ASN.1 library raises on hostile bytes.
_PARSE_ERRORS: Final = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError)


class _Response(core.Sequence):  # type: ignore[misc]
    """TimeStampResp, whose token is absent when the authority refuses (the library's own class demands one)."""

    _fields: ClassVar = [("status", tsp.PKIStatusInfo), ("token", cms.ContentInfo, {"optional": True})]


@dataclass(frozen=True, slots=True)
class Token:
    """The facts of a token.

    `signed_bytes` is what the signature covers, and holds `content_digest`, the digest of `content`. `signer` is the
    issuer's DER and serial, or a subject key identifier; `certificate_hashes` are the (hash name, digest) of the
    signer's certificate.
    """

    digest: bytes
    nonce: int | None
    gen_time_ms: int
    content: bytes
    content_digest: bytes
    hash_name: str
    signed_bytes: bytes
    signature_name: str
    signature_parameters: Mapping[str, Any] | None
    signature: bytes
    signer: tuple[bytes, int] | bytes
    certificate_hashes: tuple[tuple[str, bytes], ...]


def read_response(response: bytes) -> bytes:
    """Take the bare token out of an authority's answer (TimeStampResp, DER).

    Raises:
        StampError: MALFORMED; REFUSED with the authority's own words.
    """
    _check_size(response)
    try:
        answer = _Response.load(response, strict=True)
        status = answer["status"]["status"].native
        words = answer["status"]["status_string"].native or ()
        token: bytes | None = None if isinstance(answer["token"], core.Void) else answer["token"].dump()
    except _PARSE_ERRORS as error:
        raise StampError(StampReason.MALFORMED, f"this is no answer of a time stamp authority: {error}") from None
    if status not in ("granted", "granted_with_mods") or token is None:
        raise StampError(StampReason.REFUSED, f"the authority gave no time stamp: {status}, {' '.join(words)!r}")
    return token


def read_token(token: bytes) -> Token:
    """Read a bare token (ContentInfo, DER).

    Raises:
        StampError: MALFORMED, for anything that is not one signer's signature over one TSTInfo with the attributes
            that name the signer's certificate.
    """
    _check_size(token)
    try:
        return _facts(token)
    except _PARSE_ERRORS as error:
        raise StampError(StampReason.MALFORMED, f"this is no time stamp that can be read: {error}") from None


def _check_size(data: bytes) -> None:
    if len(data) > MAX_TOKEN_BYTES:
        raise StampError(StampReason.MALFORMED, f"a time stamp has at most {MAX_TOKEN_BYTES} bytes")


def _facts(token: bytes) -> Token:
    content_info = cms.ContentInfo.load(token, strict=True)
    _require(content_info["content_type"].native == "signed_data", "it is no signed data")
    signed = content_info["content"]
    _require(signed["version"].native == "v3", "its version is not 3")  # RFC 5652 §5.1: the content is not id-data
    _require(len(signed["signer_infos"]) == 1, "it has not exactly one signer")
    signer = signed["signer_infos"][0]
    _require(isinstance(signer["unsigned_attrs"], core.Void), "it has attributes that nobody signed")
    hash_name = _hash_name(signer["digest_algorithm"])
    _require([_hash_name(item) for item in signed["digest_algorithms"]] == [hash_name], "its hashes differ")
    attributes = _attributes(signer["signed_attrs"])
    content = _content(signed["encap_content_info"])
    info = tsp.TSTInfo.load(content, strict=True)
    _check_info(info)
    return Token(
        digest=info["message_imprint"]["hashed_message"].native,
        nonce=info["nonce"].native,
        gen_time_ms=_gen_time(info["gen_time"]),
        content=content,
        content_digest=attributes["message_digest"].native,
        hash_name=hash_name,
        signed_bytes=signer["signed_attrs"].untag().dump(),
        signature_name=signer["signature_algorithm"]["algorithm"].native,
        signature_parameters=signer["signature_algorithm"]["parameters"].native,
        signature=signer["signature"].native,
        signer=_signer_id(signer),
        certificate_hashes=_certificate_hashes(attributes),
    )


def _content(enclosed: Any) -> bytes:  # noqa: ANN401 - the library has no types
    _require(enclosed["content_type"].native == "tst_info", "it holds no TSTInfo")
    _require(enclosed["content"].method == 0, "its content is in pieces")
    return bytes(enclosed["content"])


def _check_info(info: Any) -> None:  # noqa: ANN401 - the library has no types
    _require(info["version"].native == "v1", "its TSTInfo is not of version 1")
    _require(info["message_imprint"]["hash_algorithm"]["algorithm"].native == "sha256", "it is not of a SHA-256 digest")
    extensions = () if isinstance(info["extensions"], core.Void) else info["extensions"]
    _require(not any(item["critical"].native for item in extensions), "it has a critical extension")


def _hash_name(algorithm: Any) -> str:  # noqa: ANN401 - the library has no types
    name: str = algorithm["algorithm"].native
    _require(name in STRONG_HASHES, "its hash is not SHA-256, SHA-384 or SHA-512")
    _require(not algorithm["parameters"].contents, "its hash has parameters")
    return name


def _attributes(signed_attributes: Any) -> dict[str, Any]:  # noqa: ANN401 - the library has no types
    """Give the one value of each signed attribute by its name."""
    _require(not isinstance(signed_attributes, core.Void), "it has no signed attributes")
    found: dict[str, Any] = {}
    for attribute in signed_attributes:
        name = attribute["type"].native
        _require(name not in found and len(attribute["values"]) == 1, "an attribute of it is there twice")
        found[name] = attribute["values"][0]
    _require("content_type" in found and "message_digest" in found, "its content is not signed")  # RFC 5652 §11.1, 11.2
    _require(found["content_type"].native == "tst_info", "what is signed is no TSTInfo")
    return found


def _certificate_hashes(attributes: Mapping[str, Any]) -> tuple[tuple[str, bytes], ...]:
    """Give the hashes by which the signer named its certificate: first of each list (RFC 5035 §3, RFC 5816 §2.2.1)."""
    found: list[tuple[str, bytes]] = []
    if "signing_certificate_v2" in attributes:
        first = attributes["signing_certificate_v2"]["certs"][0]
        found.append((_hash_name(first["hash_algorithm"]), first["cert_hash"].native))
    if "signing_certificate" in attributes:
        # SHA-1, which RFC 3161 prescribes: harmless here, for only certificates from the given list are compared with
        # it.
        found.append(("sha1", attributes["signing_certificate"]["certs"][0]["cert_hash"].native))
    _require(bool(found), "it does not name its signer's certificate")
    return tuple(found)


def _gen_time(value: Any) -> int:  # noqa: ANN401 - the library has no types
    _require(value.contents.endswith(b"Z"), "its time is not in UTC")  # RFC 3161 §2.4.2
    instant = value.native
    _require(isinstance(instant, datetime), "its time is outside the calendar")
    return milliseconds(instant)


def _signer_id(signer: Any) -> tuple[bytes, int] | bytes:  # noqa: ANN401 - the library has no types
    identifier = signer["sid"]
    version = signer["version"].native
    if identifier.name == "issuer_and_serial_number":
        _require(version == "v1", "its signer's version is not 1")  # RFC 5652 §5.3
        return identifier.chosen["issuer"].dump(), identifier.chosen["serial_number"].native
    _require(version == "v3", "its signer's version is not 3")
    key_identifier: bytes = identifier.chosen.native
    return key_identifier


def _require(holds: bool, complaint: str) -> None:  # noqa: FBT001 - a check, not a switch
    if not holds:
        raise ValueError(complaint)
