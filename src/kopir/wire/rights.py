"""Who may call what: rules for subsystems, members and groups, bound to a service or to a method and a path glob.

Everything not granted is denied. A path is judged decoded once, while its raw bytes are forwarded; a path that two
readers could read in two ways is refused here, so that what was judged is what the service sees.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from kopir.wire.errors import CallerError, LocalProtocolError, ProtocolError
from kopir.wire.names import ClientId, ServiceId, decode_segment, parse_client, show

PATH_LIMIT_CHARS = 8192
"""What a record holds of path and query together (`docs/reference/protocol.md` §3)."""
GLOB_LIMIT_CHARS = 2048
"""A longer path matches no path rule, so that a glob with several `**` costs milliseconds at worst."""

_CACHED_PATH_CHARS = 256
_CACHE_SIZE = 2048
_PATH = re.compile(r"[!$-:=<>@-~]*")  # visible ASCII without `"`, `#`, `;`, `?`
_SEMICOLON = re.compile("%3[Bb]")
_GLOB_PART = re.compile(r"\\\*|\\\\|\*{2,}|\*|[^\\*]+|\\")
_METHOD = re.compile(r"[A-Z]{1,20}")


def decode_path(path: str) -> str:
    """Decode a raw path segment by segment, once; the empty path stays empty, a single trailing slash stays.

    Refused with `CallerError`: what does not begin with a slash, characters other than visible ASCII, empty and dot
    segments in any encoding, `;` parameters, an encoded slash, backslash or control character, and a `%XX` left after
    decoding. An encoded `;` is data and passes, as in X-Road.
    """
    # Only short paths are kept, so that the cache stays small whatever callers send.
    return _decode_short_path(path) if len(path) <= _CACHED_PATH_CHARS else _decode_path(path)


def _decode_path(path: str) -> str:
    if not path:
        return path
    if len(path) > PATH_LIMIT_CHARS:
        raise CallerError(f"a path of {len(path)} characters is longer than the allowed {PATH_LIMIT_CHARS}")
    if path[0] != "/":
        raise CallerError(f"the path {show(path)} does not begin with a slash")
    if not _PATH.fullmatch(path):
        raise CallerError(f"the path {show(path)} holds a character that must be percent-encoded, or ';' parameters")
    if path == "/":
        return path
    segments = path[1:].split("/")
    tail = "/" if segments[-1] == "" else ""
    if tail:
        segments.pop()
    return "/" + "/".join([_decode_path_segment(segment) for segment in segments]) + tail


_decode_short_path = lru_cache(_CACHE_SIZE)(_decode_path)


def _decode_path_segment(segment: str) -> str:
    if "%3" not in segment:
        return decode_segment(segment, limit_bytes=PATH_LIMIT_CHARS)
    # Each side of an encoded semicolon is judged by itself: `..%3B` is a dot segment to some servers.
    parts = _SEMICOLON.split(segment)
    return ";".join([decode_segment(part, limit_bytes=PATH_LIMIT_CHARS) if part else "" for part in parts])


def join_base(base: str, rest: str) -> str:
    """Put the rest of a request's target behind the path of the service's address; gives raw path and query.

    `base` is the raw path of the address (`""`, `/`, `/api`, `/api/`). Raises `CallerError` for a rest that is refused
    by `decode_path` or would leave the base, `LocalProtocolError` for a base that is itself ambiguous.
    """
    try:
        decoded_base = decode_path(base)
    except CallerError as error:
        raise LocalProtocolError(f"the service's address has a bad path: {error.message}") from None
    path, mark, query = rest.partition("?")
    decode_path(path)
    joined = (base[:-1] if path and base.endswith("/") else base) + path or "/"
    # Cannot happen while `decode_path` refuses dot segments; it is asked again because this is the last door.
    if not (decode_path(joined) + "/").startswith(decoded_base.removesuffix("/") + "/"):
        raise CallerError(f"the path {show(path)} leaves the service's address")
    return joined + mark + query


class PathPattern:
    """A path glob: `*` is the rest of one segment, `**` anything across segments, a backslash takes their meaning away.

    The semantics are X-Road's (its class PathGlob): `*` takes all that is left of its segment, so what follows it is a
    slash, `**` or the end; a glob that goes on otherwise could never match and raises `LocalProtocolError`.
    """

    __slots__ = ("_match", "glob")

    def __init__(self, glob: str) -> None:
        """Compile `glob`, which is written decoded."""
        self.glob = glob
        self._match = re.compile(_to_regex(glob), re.DOTALL).fullmatch

    def matches(self, path: str) -> bool:
        """Whether the decoded `path` matches as a whole."""
        return len(path) <= GLOB_LIMIT_CHARS and self._match(path) is not None


def _to_regex(glob: str) -> str:
    parts = _GLOB_PART.findall(glob)
    for part, following in pairwise(parts):
        if part == "*" and not following.startswith(("/", "**")):
            raise LocalProtocolError(f"in the path glob {show(glob)} a '*' is followed by something other than '/'")
    chunks = [""]
    for part in parts:
        if part.startswith("**"):
            chunks.append("")
        elif part == "*":
            chunks[-1] += "[^/]*+"
        else:
            chunks[-1] += re.escape(part[1:] if part in {"\\*", "\\\\"} else part)
    if len(chunks) == 1:
        return chunks[0]
    # Between two `**` the first match is as good as any, so it is taken for good: one never backtracks into another.
    head, *middle, tail = chunks
    return head + "".join([f"(?>.*?{chunk})" for chunk in middle]) + ".*" + tail


@dataclass(frozen=True, slots=True)
class Rule:
    """One grant. `subject` is a subsystem (four segments), a member with its subsystems (three), or the id of a group.

    `method` None grants every method, `path` None every path; both None grant the service as a whole.
    """

    subject: str
    service: ServiceId
    method: str | None = None
    path: str | None = None

    def __post_init__(self) -> None:
        if self.method is not None and not _METHOD.fullmatch(self.method):
            raise LocalProtocolError(f"a rule names the method {show(self.method)}; methods are upper-case letters")
        if self.path is not None:
            PathPattern(self.path)


_Endpoint = tuple[str | None, PathPattern | None]


class RightsTable:
    """All rules of a provider node, arranged for one question. Immutable: a change of rights is a new table."""

    __slots__ = ("_grants",)

    def __init__(self, rules: Iterable[Rule], groups: Mapping[str, Iterable[str]] | None = None) -> None:
        """Arrange `rules`; `groups` maps the id of a group to the texts of its members and subsystems.

        Raises `LocalProtocolError` for a subject that is neither a client nor a known group.
        """
        known = {group: [_subject(text) for text in texts] for group, texts in (groups or {}).items()}
        grants: dict[str, dict[str, list[_Endpoint]]] = {}
        for rule in rules:
            if "/" not in rule.subject and rule.subject not in known:
                raise LocalProtocolError(f"a rule names the group {show(rule.subject)}, which is not defined")
            subjects = known[rule.subject] if "/" not in rule.subject else [_subject(rule.subject)]
            endpoint = (rule.method, None if rule.path is None else PathPattern(rule.path))
            for subject in subjects:
                grants.setdefault(rule.service.text, {}).setdefault(subject, []).append(endpoint)
        self._grants = grants

    def may_call(self, client: ClientId, service: ServiceId, method: str, rest: str) -> bool:
        """Whether `client` may call `service` with `method` and `rest`, the raw target after the service and query.

        A rest that `decode_path` refuses is denied to everyone. An encoded `;` in the path is denied to path rules,
        since some services cut a path off there.
        """
        by_subject = self._grants.get(service.text)
        if by_subject is None:
            return False
        own, members = by_subject.get(client.text), by_subject.get(client.member.text)
        if own is None and members is None:
            return False
        try:
            path = decode_path(rest.partition("?")[0])
        except ProtocolError:
            return False
        return (own is not None and _covers(own, method, path)) or (
            members is not None and _covers(members, method, path)
        )

    def endpoints(self, client: ClientId, service: ServiceId) -> list[tuple[str, str]]:
        """The granted endpoints as (method, path glob), sorted, `*` and `**` where the grant is for all; or nothing."""
        by_subject = self._grants.get(service.text, {})
        granted = by_subject.get(client.text, []) + by_subject.get(client.member.text, [])
        return sorted({(method or "*", pattern.glob if pattern else "**") for method, pattern in granted})


def _covers(endpoints: list[_Endpoint], method: str, path: str) -> bool:
    for allowed_method, pattern in endpoints:
        if allowed_method is not None and allowed_method != method:
            continue
        if pattern is None or (";" not in path and pattern.matches(path)):
            return True
    return False


def _subject(text: str) -> str:
    try:
        return parse_client(text).text
    except CallerError as error:
        raise LocalProtocolError(f"rights name {show(text)}, which is no client: {error.message}") from None
