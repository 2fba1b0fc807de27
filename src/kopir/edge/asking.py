"""Asking the application: its answer as a value, the header `Kopir-Keep` taken off, a body that may be kept read whole.

A page that others will see is asked for by nobody in particular: without cookies, language, credentials or ranges, and
with the parameters that matter alone. So nothing of who happens to ask first can get into it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Final
from wsgiref.types import StartResponse, WSGIApplication

from .addresses import Environ, Key
from .keeping import HEADER, Headers, Keep, may_keep, read_keep
from .pages import BODY_BYTES

PASSED_ON: Final = frozenset({"HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO"})
"""What a trusted proxy says; the application judges who is one."""

_Raised = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None] | None


@dataclass(slots=True)
class Answer:
    """What the application answered. With `keep`, `body` is the whole body; without, whatever it gave."""

    status: str
    headers: Headers
    body: bytes | Iterable[bytes]
    keep: Keep | None

    @property
    def code(self) -> int:
        """The status as a number."""
        return int(self.status[:3])

    def send(self, start_response: StartResponse) -> Iterable[bytes]:
        """Hand it on as it is."""
        start_response(self.status, self.headers)
        return [self.body] if isinstance(self.body, bytes) else self.body

    def close(self) -> None:
        """Let it go unsent."""
        if not isinstance(self.body, bytes):
            _close(self.body)


def ask(application: WSGIApplication, environ: Environ) -> Answer:
    """The application's answer; raises what it raises. It calls `start_response` before it returns, as Django does."""
    begun: list[tuple[str, Headers]] = []

    def start_response(status: str, headers: Headers, _: _Raised = None, /) -> Callable[[bytes], object]:
        begun[:] = [(status, headers)]
        return _refuse_write

    body = application(environ, start_response)
    status, headers = begun[0]
    told = next((value for name, value in headers if name.lower() == HEADER), None)
    if told is None:
        return Answer(status, headers, body, None)
    headers = [pair for pair in headers if pair[0].lower() != HEADER]
    keep = read_keep(told)
    if keep is None or environ["REQUEST_METHOD"] != "GET" or not may_keep(int(status[:3]), headers):
        return Answer(status, headers, body, None)
    whole = _read_whole(body)
    if isinstance(whole, bytes):
        return Answer(status, headers, whole, keep)
    return Answer(status, headers, whole, None)


def make_plain(environ: Environ, key: Key) -> Environ:
    """The request for a page by nobody in particular."""
    plain = {name: value for name, value in environ.items() if not name.startswith("HTTP_") or name in PASSED_ON}
    plain |= {"REQUEST_METHOD": "GET", "HTTP_HOST": key[1], "PATH_INFO": key[2], "QUERY_STRING": key[3]}
    return plain


def is_anybodys(environ: Environ) -> bool:
    """Whether anybody could have sent this, so that it is worth a try to ask for nobody in particular."""
    return environ["REQUEST_METHOD"] == "GET" and "HTTP_COOKIE" not in environ and "HTTP_AUTHORIZATION" not in environ


class _Rest:
    """A body that turned out to be too long: what was read of it, then the rest."""

    def __init__(self, read: list[bytes], rest: Iterator[bytes], body: Iterable[bytes]) -> None:
        self._read = read
        self._rest = rest
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        yield from self._read
        yield from self._rest

    def close(self) -> None:
        _close(self._body)


def _read_whole(body: Iterable[bytes]) -> bytes | _Rest:
    pieces: list[bytes] = []
    size = 0
    rest = iter(body)
    try:
        for piece in rest:
            pieces.append(piece)
            size += len(piece)
            if size > BODY_BYTES:
                return _Rest(pieces, rest, body)
    except BaseException:
        _close(body)
        raise
    _close(body)
    return b"".join(pieces)


def _close(body: Iterable[bytes]) -> None:
    close = getattr(body, "close", None)
    if close is not None:
        close()


def _refuse_write(_: bytes) -> None:
    raise RuntimeError("the application has to return its body; write() is for those of before WSGI")
