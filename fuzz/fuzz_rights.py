"""Paths and rights: what is accepted stays below the service's base for every reader, and globs mean what they say.

An input is three lines: the path of the service's address, the rest of a request's target, a path glob.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import product
from urllib.parse import quote, unquote

from ends import tell_error

from kopir.wire.errors import CallerError, LocalProtocolError
from kopir.wire.rights import PathPattern, decode_path, join_base

TOKENS = [
    *(
        b"/",
        b"/../",
        b"/..",
        b"%2e%2e",
        b"..%2f",
        b"%2F",
        b"%5C..%5c",
        b"..\\",
        b"\\",
        b"//",
        b"/./",
        b"%252e%252e%252f",
    ),
    *(
        b";",
        b"%3B",
        b"..;/",
        b"..%3b",
        b";a=..",
        b"%3Bx",
        b"%25",
        b"%2500",
        b"%c0%ae",
        b"%uff0e",
        b"%00",
        b"?",
        b"%3F",
        b"#",
    ),
    *(b"\n", b"*", b"**", b"/*/", b"**/*", b"\\*", b"\\\\", b"a", b"aa", b"/api", b"/**/a/**/a"),
]
_READINGS: list[Callable[[str], str]] = [
    lambda path: path,
    lambda path: unquote(path, "latin-1"),
    lambda path: unquote(unquote(path, "latin-1"), "latin-1"),
]
_PARAMETERS = re.compile(r";[^/]*")
_GLOB = re.compile(r"\\[*\\]|\*{2,}|\*|.", re.DOTALL)
_COMPARED_CHARS = 200


def check(data: bytes) -> str:
    """Join as a node does, then read as services might; match as a rule does, then as the page of rules says."""
    base, rest, glob, *_ = [*data.decode("latin-1").split("\n"), "", ""]
    return f"{_check_join(base, rest)}; {_check_glob(glob, rest)}"


def _check_join(base: str, rest: str) -> str:
    try:
        joined = join_base(base, rest)
    except (CallerError, LocalProtocolError) as error:
        return tell_error(error)
    path, mark, query = rest.partition("?")
    decoded = decode_path(path)
    assert decode_path("/".join(map(quote, decoded.split("/")))) == decoded
    assert joined.endswith(path + mark + query), "the raw bytes are forwarded"
    assert joined.startswith("/")
    for read in _readings():
        floor = _resolve(read(base))
        place = _resolve(read(joined.partition("?")[0]))
        assert place is not None, f"{joined} climbs above the root"
        assert floor is not None
        assert place[: len(floor)] == floor, f"{joined} leaves {base}"
    return f"joined {bool(base)} {';' in decoded} {'%' in path} {path.endswith('/')} {mark}"


def _readings() -> list[Callable[[str], str]]:
    """Every way in which a careless service might read a path."""

    def reader(decode: Callable[[str], str], *, cuts_first: bool, cuts_last: bool, turns: bool) -> Callable[[str], str]:
        def read(path: str) -> str:
            path = _PARAMETERS.sub("", path) if cuts_first else path
            path = decode(path)
            path = path.replace("\\", "/") if turns else path
            return _PARAMETERS.sub("", path) if cuts_last else path

        return read

    choices = product(_READINGS, (False, True), (False, True), (False, True))
    return [reader(decode, cuts_first=first, cuts_last=last, turns=turns) for decode, first, last, turns in choices]


def _resolve(path: str) -> list[str] | None:
    """The segments of a path once dots are followed; None where it climbs above the root."""
    place: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            if not place:
                return None
            place.pop()
        elif segment not in {"", "."}:
            place.append(segment)
    return place


def _check_glob(glob: str, path: str) -> str:
    try:
        pattern = PathPattern(glob)
    except LocalProtocolError as error:
        return tell_error(error)
    matches = pattern.matches(path)
    if len(glob) + len(path) < _COMPARED_CHARS:
        assert matches == _matches(_GLOB.findall(glob), path), f"{glob!r} on {path!r}"
    return f"{'matches' if matches else 'differs'} {glob.count('*') > 2}"


def _matches(parts: list[str], path: str) -> bool:
    """The meaning of a glob without any regular expression: the places in `path` that its parts can reach."""
    places = {0}
    for part in parts:
        if part.startswith("**"):
            places = set(range(min(places, default=len(path) + 1), len(path) + 1))
        elif part == "*":
            places = {_segment_end(path, place) for place in places}
        else:
            letter = part[-1]
            places = {place + 1 for place in places if path[place : place + 1] == letter}
    return len(path) in places


def _segment_end(path: str, place: int) -> int:
    slash = path.find("/", place)
    return len(path) if slash < 0 else slash
