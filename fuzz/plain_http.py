"""HTTP/1.1 read by the letter (RFC 9112), to hold our server against: it stops where two readers could differ."""

from __future__ import annotations

import re
from typing import NamedTuple

Headers = list[tuple[bytes, bytes]]

_REQUEST_LINE = re.compile(rb"([A-Z-]+) +([!-~]+) +HTTP/1\.([01])")
_HEADER = re.compile(
    rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(|[!-~\x80-\xff](?:[\t -~\x80-\xff]*[!-~\x80-\xff])?)[ \t]*"
)
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,16})(?:[ \t]*;[\t -~\x80-\xff]*)?")
_STATUS_LINE = re.compile(rb"HTTP/1\.1 ([1-5][0-9]{2}) [ -~]*")
_BODILESS = {204, 304}


class Request(NamedTuple):
    """One request; `body` None where it is not whole."""

    method: str
    target: bytes
    headers: Headers
    body: bytes | None


class Answer(NamedTuple):
    """One answer of a server."""

    status: int
    headers: Headers
    body: bytes


def read_requests(stream: bytes) -> list[Request]:
    """All requests that mean one thing only, up to the first that does not, is not whole, or is the connection's last.

    Of that first one at least the head must be clear, or it is left out.
    """
    requests: list[Request] = []
    while True:
        head, end, rest = stream.lstrip(b"\r\n").partition(b"\r\n\r\n")
        first, _, lines = head.partition(b"\r\n")
        line, headers = _REQUEST_LINE.fullmatch(first), _read_headers(lines)
        if not end or line is None or headers is None:
            return requests
        values = {name: [value for other, value in headers if other == name] for name, _ in headers}
        is_old = line[3] == b"0"
        if b"upgrade" in values or line[1] == b"CONNECT":
            return requests
        framed = _read_body(values, rest, is_old=is_old)
        if framed is None:
            return requests
        body, stream = framed
        requests.append(Request(line[1].decode(), line[2], headers, body))
        options = [option.strip().lower() for value in values.get(b"connection", []) for option in value.split(b",")]
        if body is None or b"close" in options or (is_old and b"keep-alive" not in options):
            return requests


def _read_headers(lines: bytes) -> Headers | None:
    matches = [_HEADER.fullmatch(line) for line in lines.split(b"\r\n")] if lines else []
    headers = [(match[1].lower(), match[2]) for match in matches if match is not None]
    return headers if len(headers) == len(matches) else None


def _read_body(values: dict[bytes, list[bytes]], rest: bytes, *, is_old: bool) -> tuple[bytes | None, bytes] | None:
    """The body, None if it is not whole, and what follows it; nothing where its length is in doubt."""
    lengths, codings = values.get(b"content-length"), values.get(b"transfer-encoding")
    if codings is not None:
        if lengths is not None or is_old or [coding.lower() for coding in codings] != [b"chunked"]:
            return None
        return _read_chunks(rest)
    if lengths is None:
        return b"", rest
    if len(lengths) != 1 or not re.fullmatch(rb"[0-9]{1,18}", lengths[0]):
        return None
    size = int(lengths[0])
    return (rest[:size], rest[size:]) if len(rest) >= size else (None, b"")


def _read_chunks(rest: bytes) -> tuple[bytes | None, bytes]:
    body = b""
    while True:
        line, end, rest = rest.partition(b"\r\n")
        match = _CHUNK_SIZE.fullmatch(line)
        if not end or match is None:
            return None, b""
        size = int(match[1], 16)
        if size == 0:
            break
        if rest[size : size + 2] != b"\r\n":
            return None, b""
        body, rest = body + rest[:size], rest[size + 2 :]
    while not rest.startswith(b"\r\n"):
        trailer, end, rest = rest.partition(b"\r\n")
        if not end or _read_headers(trailer) is None:
            return None, b""
    return body, rest[2:]


def read_answers(stream: bytes, methods: list[str]) -> list[Answer]:
    """The answers to requests with these methods, interim ones left out; asserts that each is whole and well formed."""
    answers: list[Answer] = []
    while stream:
        head, end, stream = stream.partition(b"\r\n\r\n")
        first, _, lines = head.partition(b"\r\n")
        line, headers = _STATUS_LINE.fullmatch(first), _read_headers(lines)
        assert end, head
        assert line is not None, first
        assert headers is not None, lines
        status = int(line[1])
        if status < 200:
            assert not headers
            continue
        lengths = [value for name, value in headers if name == b"content-length"]
        assert len(lengths) <= 1
        method = methods[len(answers)] if len(answers) < len(methods) else ""
        size = 0 if method == "HEAD" or status in _BODILESS else int(lengths[0])
        assert len(stream) >= size, "an answer is cut short"
        answers.append(Answer(status, headers, stream[:size]))
        stream = stream[size:]
    return answers
