"""Identifiers of members, clients, services and nodes: parsed, checked and put into their one canonical text.

The text form and what is refused stand in `docs/reference/protocol.md` §2. A name that breaks a rule is refused, never
repaired. Whether a name is known to anyone is the directory's business, not this module's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import ClassVar
from urllib.parse import quote, unquote_to_bytes

from kopir.wire.errors import CallerError

SEGMENT_LIMIT_BYTES = 255
TEXT_LIMIT_CHARS = 5 * 3 * SEGMENT_LIMIT_BYTES + 4
"""No identifier is longer: five segments of which each byte is `%XX`, and four slashes."""

_CACHE_SIZE = 1024
_UNESCAPED = "'()+,="
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f/\\;]")


def show(text: str) -> str:
    """Make `text` safe to stand in a message or log line: printable ASCII in quotes, at most 80 characters of it."""
    return ascii(text if len(text) <= 80 else text[:80] + "…")


def check_segment(value: str, *, code: str = "BadRequest", limit_bytes: int = SEGMENT_LIMIT_BYTES) -> None:
    """Refuse a decoded path segment that could mean two things to two readers; raises `CallerError` with `code`."""
    if not value:
        raise CallerError("an empty segment is not allowed", code=code)
    if value in {".", ".."}:
        raise CallerError(f"the dot segment {value!r} is not allowed", code=code)
    if _FORBIDDEN.search(value):
        raise CallerError(
            f"control characters, '/', '\\' and ';' are not allowed in the segment {show(value)}", code=code
        )
    if _ESCAPE.search(value):
        raise CallerError(f"the segment {show(value)} is still percent-encoded after one decoding", code=code)
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        raise CallerError(f"the segment {show(value)} is not valid Unicode", code=code) from None
    if size > limit_bytes:
        raise CallerError(f"a segment of {size} bytes is longer than the allowed {limit_bytes}", code=code)


def decode_segment(text: str, *, code: str = "BadRequest", limit_bytes: int = SEGMENT_LIMIT_BYTES) -> str:
    """Decode one percent-encoded path segment once and check the result; raises `CallerError` with `code`.

    A plus sign stands for itself (RFC 3986), and a `%` without two hexadecimal digits is refused.
    """
    value = text
    if "%" in text:
        if _BAD_ESCAPE.search(text):
            raise CallerError(f"the segment {show(text)} has a '%' without two hexadecimal digits", code=code)
        try:
            value = unquote_to_bytes(text).decode()
        except UnicodeError:
            raise CallerError(f"the segment {show(text)} is not UTF-8 once decoded", code=code) from None
    check_segment(value, code=code, limit_bytes=limit_bytes)
    return value


def encode_segment(value: str) -> str:
    """Give the canonical encoding of a checked segment: upper-case `%XX` for all but unreserved and `'()+,=`."""
    return quote(value, safe=_UNESCAPED)


@dataclass(frozen=True, slots=True)
class _Identifier:
    """What all identifiers share: `text` is the canonical form, made once, and stands for the whole in hashes."""

    text: str = field(init=False, repr=False, compare=False)
    _code: ClassVar[str] = "BadRequest"

    def __str__(self) -> str:
        return self.text

    def _set_text(self, *segments: str) -> None:
        for segment in segments:
            check_segment(segment, code=self._code)
        object.__setattr__(self, "text", "/".join([encode_segment(segment) for segment in segments]))


@dataclass(frozen=True, slots=True)
class MemberId(_Identifier):
    """An organization: `INSTANCE/CLASS/MEMBER`."""

    instance: str
    member_class: str
    member_code: str

    def __post_init__(self) -> None:
        self._set_text(self.instance, self.member_class, self.member_code)

    def __hash__(self) -> int:
        return hash(self.text)


@dataclass(frozen=True, slots=True)
class ClientId(_Identifier):
    """Who calls, or whose service is called: a subsystem, or a member itself when `subsystem_code` is None."""

    instance: str
    member_class: str
    member_code: str
    subsystem_code: str | None
    member: MemberId = field(init=False, repr=False, compare=False)
    _code: ClassVar[str] = "InvalidClientIdentifier"

    def __post_init__(self) -> None:
        subsystem = () if self.subsystem_code is None else (self.subsystem_code,)
        self._set_text(self.instance, self.member_class, self.member_code, *subsystem)
        object.__setattr__(self, "member", MemberId(self.instance, self.member_class, self.member_code))

    def __hash__(self) -> int:
        return hash(self.text)


@dataclass(frozen=True, slots=True)
class ServiceId(_Identifier):
    """A service: `INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE`; the subsystem is mandatory (facts C2)."""

    instance: str
    member_class: str
    member_code: str
    subsystem_code: str
    service_code: str
    subsystem: ClientId = field(init=False, repr=False, compare=False)
    member: MemberId = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        owner = (self.instance, self.member_class, self.member_code)
        self._set_text(*owner, self.subsystem_code, self.service_code)
        object.__setattr__(self, "subsystem", ClientId(*owner, self.subsystem_code))
        object.__setattr__(self, "member", self.subsystem.member)

    def __hash__(self) -> int:
        return hash(self.text)


@dataclass(frozen=True, slots=True)
class NodeId(_Identifier):
    """One machine of the exchange: `INSTANCE/CLASS/MEMBER/NODE`, owned by the member of its first three segments."""

    instance: str
    member_class: str
    member_code: str
    node_code: str
    owner: MemberId = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._set_text(self.instance, self.member_class, self.member_code, self.node_code)
        object.__setattr__(self, "owner", MemberId(self.instance, self.member_class, self.member_code))

    def __hash__(self) -> int:
        return hash(self.text)


@lru_cache(_CACHE_SIZE)
def parse_member(text: str) -> MemberId:
    """Read `INSTANCE/CLASS/MEMBER` in any valid percent-encoding; raises `CallerError` (BadRequest)."""
    instance, member_class, member_code = _decode(text, "a member", (3,))
    return MemberId(instance, member_class, member_code)


@lru_cache(_CACHE_SIZE)
def parse_client(text: str) -> ClientId:
    """Read a member or subsystem in any valid percent-encoding; raises `CallerError` (InvalidClientIdentifier)."""
    instance, member_class, member_code, *rest = _decode(text, "a client", (3, 4), code="InvalidClientIdentifier")
    return ClientId(instance, member_class, member_code, rest[0] if rest else None)


@lru_cache(_CACHE_SIZE)
def parse_service(text: str) -> ServiceId:
    """Read the five segments of a service in any valid percent-encoding; raises `CallerError` (BadRequest)."""
    return ServiceId(*_decode(text, "a service", (5,)))


@lru_cache(_CACHE_SIZE)
def parse_node(text: str) -> NodeId:
    """Read the four segments of a node in any valid percent-encoding; raises `CallerError` (BadRequest)."""
    return NodeId(*_decode(text, "a node", (4,)))


def _decode(text: str, what: str, counts: tuple[int, ...], *, code: str = "BadRequest") -> list[str]:
    # A text that cannot be an identifier is refused before it is cut up, and so never becomes a key of a cache.
    if len(text) > TEXT_LIMIT_CHARS:
        raise CallerError(f"{what} identifier of {len(text)} characters is too long", code=code)
    segments = text.split("/")
    if len(segments) not in counts:
        expected = " or ".join(str(count) for count in counts)
        raise CallerError(f"{what} identifier has {expected} segments, not {len(segments)}: {show(text)}", code=code)
    return [decode_segment(segment, code=code) for segment in segments]
