"""A page that is kept: the answer's bytes, compressed once, with what it was made from; and its form as a file."""

from __future__ import annotations

import gzip
import hashlib
import http
import json
import math
import zlib
from dataclasses import dataclass
from typing import Any, Final

from .addresses import Key
from .keeping import Headers, Keep

FORMAT: Final = b"kopir-page-1"
GZIP_LEVEL: Final = 6
WORTH_IT: Final = 0.9
"""A body is kept compressed if that makes it at least a tenth smaller."""
BODY_BYTES: Final = 8 * 2**20
"""The longest body that is kept; what is longer is a file, no page."""
CACHE_CONTROL: Final = "public, max-age=0, must-revalidate"

_OURS: Final = frozenset(
    {
        # Made anew for each client, or by the server.
        "content-length",
        "content-encoding",
        "etag",
        "vary",
        "date",
        "server",
        "age",
        "accept-ranges",
        "last-modified",
        # What is of one request or one connection.
        "x-request-id",
        "server-timing",
        "connection",
        "keep-alive",
        "transfer-encoding",
        "kopir-keep",
    }
)


class PageError(Exception):
    """Bytes that are no page: of another version, cut off, or changed."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is kept of an answer. `number` is the last purge that was known when its making began."""

    key: Key
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    is_gzip: bool
    etag: str
    length: int
    """Of the body before it was compressed."""
    keep: Keep
    number: int

    def get_plain(self) -> bytes:
        """The body for a client that does not take gzip."""
        return gzip.decompress(self.body) if self.is_gzip else self.body

    def make_headers(self, *, is_gzip: bool) -> Headers:
        """The headers of a whole answer."""
        body = [("Content-Length", str(len(self.body) if is_gzip else self.length))]
        if is_gzip:
            body.append(("Content-Encoding", "gzip"))
        return [*self.headers, *self.make_validators(is_gzip=is_gzip), *body]

    def make_validators(self, *, is_gzip: bool) -> Headers:
        """The headers that tell versions apart. The two codings are two representations, so their tags differ."""
        return [("ETag", self.get_etag(is_gzip=is_gzip)), ("Vary", "Accept-Encoding")]

    def get_etag(self, *, is_gzip: bool) -> str:
        """The entity tag of a representation."""
        return f'"{self.etag}-gzip"' if is_gzip else f'"{self.etag}"'


def make_page(key: Key, status: int, headers: Headers, body: bytes, *, keep: Keep, number: int) -> Page | None:
    """The page of an answer whose headers let it be kept; None for a body that is too long or not what they say."""
    coding = next((value.strip().lower() for name, value in headers if name.lower() == "content-encoding"), "identity")
    plain = _decompress(body) if coding == "gzip" else body
    if plain is None or len(plain) > BODY_BYTES:
        return None
    small = gzip.compress(plain, GZIP_LEVEL, mtime=0)
    is_gzip = len(small) < WORTH_IT * len(plain)
    kept = tuple((name, value) for name, value in headers if name.lower() not in _OURS)
    if all(name.lower() != "cache-control" for name, _ in kept):
        kept += (("Cache-Control", CACHE_CONTROL),)
    etag = hashlib.blake2b(plain, digest_size=12).hexdigest()
    return Page(key, status, kept, small if is_gzip else plain, is_gzip, etag, len(plain), keep, number)


def make_status(status: int) -> str:
    """The status as WSGI wants it: `200 OK`."""
    return f"{status} {http.HTTPStatus(status).phrase}"


def dump(page: Page) -> bytes:
    """The page as the bytes of a file, with a digest over all of it."""
    head = {
        "key": page.key,
        "status": page.status,
        "headers": page.headers,
        "is_gzip": page.is_gzip,
        "etag": page.etag,
        "length": page.length,
        "tags": page.keep.tags,
        "until": None if math.isinf(page.keep.until) else page.keep.until,
        "params": page.keep.params,
        "number": page.number,
    }
    rest = json.dumps(head, separators=(",", ":")).encode() + b"\n" + page.body
    return FORMAT + b" " + _digest(rest) + b"\n" + rest


def load(text: bytes) -> Page:
    """The page in a file; raises PageError."""
    first, _, rest = text.partition(b"\n")
    if first != FORMAT + b" " + _digest(rest):
        raise PageError("not a page, or not all of it")
    line, _, body = rest.partition(b"\n")
    head: Any = json.loads(line)
    scheme, host, path, query = head["key"]
    return Page(
        key=(scheme, host, path, query),
        status=head["status"],
        headers=tuple((name, value) for name, value in head["headers"]),
        body=body,
        is_gzip=head["is_gzip"],
        etag=head["etag"],
        length=head["length"],
        keep=Keep(tuple(head["tags"]), math.inf if head["until"] is None else head["until"], tuple(head["params"])),
        number=head["number"],
    )


def _digest(text: bytes) -> bytes:
    return hashlib.blake2b(text, digest_size=16).hexdigest().encode()


def _decompress(body: bytes) -> bytes | None:
    """What was compressed; None for what is no gzip, or longer than a page can be."""
    machine = zlib.decompressobj(wbits=31)
    try:
        plain = machine.decompress(body, BODY_BYTES + 1)
    except zlib.error:
        return None
    return plain if machine.eof and not machine.unconsumed_tail else None
