"""The page store: stands before the application, answers from memory what it has kept, and asks it for all else.

A hit costs one look into a table, a comparison with the generation and one with the clock. Whatever is not
GET or HEAD and paths that begin as told go straight to the application; so does whoever brings the cookie that leads
past the store, but only so many at once, for anybody can send it: staff, known by its value, have places of their own.
What other cookies hold does not matter: a page that is kept was made for nobody in particular.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Final
from wsgiref.types import StartResponse, WSGIApplication

from .addresses import Environ, find_cookie, get_name, get_scheme, make_place
from .asking import ask
from .files import Files
from .making import Maker, Request
from .memory import Memory
from .metrics import Board, Counts
from .purge import Purger
from .purge_log import PurgeLog
from .sending import send
from .visits import Visits
from .waiting import WaitingRoom

LIMIT_BYTES: Final = 256 * 2**20
FILES_LIMIT_BYTES: Final = 2 * 2**30
RENDERS: Final = 4
TICK_S: Final = 1.0
"""How often it is looked whether the folder is still in its place, and told what was counted."""
BUSY_PAGE: Final = (
    b'<!doctype html><html lang="en"><meta charset="utf-8"><title>Busy</title>'
    b"<h1>Many people are here at this moment</h1><p>Open this page again in a few seconds.</p></html>"
)


class PageStore:
    """A WSGI application before another one.

    `folder` is shared by the processes of a node, `clock` tells unix seconds. `is_known_host` is asked for a host name
    without port before anything is kept under it; `ports` are those that links of ours may bear. `scheme_of` says by
    which scheme the client came, where a proxy stands before, `is_staff` whether the cookie has a value of staff's.
    Pages below `bypass_prefixes` are never looked for here. `renders` pages are made at once; the server has
    `count_threads(renders)` threads. `busy_page` is for the rest.
    """

    def __init__(
        self,
        application: WSGIApplication,
        *,
        folder: Path,
        staff_cookie: str,
        is_known_host: Callable[[str], bool],
        is_staff: Callable[[str], bool] = lambda _: False,
        bypass_prefixes: Collection[str] = (),
        clock: Callable[[], float] = time.time,
        limit_bytes: int = LIMIT_BYTES,
        files_limit_bytes: int = FILES_LIMIT_BYTES,
        renders: int = RENDERS,
        ports: Collection[str] = (),
        scheme_of: Callable[[Environ], str] = get_scheme,
        busy_page: bytes = BUSY_PAGE,
    ) -> None:
        self._application = application
        self._folder = folder
        self._staff_cookie = staff_cookie
        self._is_known_host = is_known_host
        self._is_staff = is_staff
        self._bypass_prefixes = tuple(bypass_prefixes)
        self._clock = clock
        self._ports = frozenset(ports)
        self._scheme_of = scheme_of
        self.counts = Counts()
        self._memory = Memory(limit_bytes)
        self._entries = self._memory.entries
        self._log = PurgeLog(folder)
        self._board = Board(folder)
        self._visits = Visits(folder)
        self._tick_at = 0.0
        self._maker = Maker(
            application,
            self._memory,
            Files(folder, files_limit_bytes),
            WaitingRoom(renders),
            self.counts,
            self._visits,
            clock,
            busy_page,
        )

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        method = environ["REQUEST_METHOD"]
        if method != "GET" and method != "HEAD":
            return ask(self._application, environ).send(start_response)
        cookie = environ.get("HTTP_COOKIE")
        # The text is looked for first, which is quick; few cookies hold it.
        if cookie is not None and self._staff_cookie in cookie:
            value = find_cookie(cookie, self._staff_cookie)
            if value is not None:
                return self._lead_past(environ, start_response, value)
        key = (self._scheme_of(environ), environ.get("HTTP_HOST", ""), environ["PATH_INFO"], environ["QUERY_STRING"])
        entry = self._entries.get(key)
        now = self._clock()
        log = self._log
        seen = log.seen
        if entry is None or entry.number != seen or log.cell[0] > seen or now >= entry.until or now >= self._tick_at:
            return self._answer_carefully(environ, start_response, now)
        self.counts.hits += 1
        if entry.visit is not None:
            self._visits.count(entry.visit, environ)
        try:
            entry.shelf.move_to_end(key)
        except KeyError:
            pass  # it has just left; it is true all the same
        return send(entry, environ, start_response)

    def _answer_carefully(self, environ: Environ, start_response: StartResponse, now: float) -> Iterable[bytes]:
        """Answer what is not in memory, or has to be looked at again."""
        if abs(now - self._tick_at) > TICK_S or now >= self._tick_at:
            self._tick(now)
        if environ["PATH_INFO"].startswith(self._bypass_prefixes):
            return ask(self._application, environ).send(start_response)
        place = make_place(environ, self._scheme_of, self._ports)
        if place is None or not self._is_known_host(get_name(place[1])):
            return self._maker.pass_on(environ, start_response, None, self._log)
        return self._maker.answer(Request(environ, start_response, place), self._log)

    def _lead_past(self, environ: Environ, start_response: StartResponse, value: str) -> Iterable[bytes]:
        """Let the application answer whoever brings the cookie, with this value."""
        if environ["PATH_INFO"].startswith(self._bypass_prefixes):
            return ask(self._application, environ).send(start_response)
        if self._is_staff(value):
            return self._maker.pass_staff(environ, start_response)
        return self._maker.pass_on(environ, start_response, None, self._log)

    def _tick(self, now: float) -> None:
        """Once a second: see that purges still reach this process, tell what was counted and what was seen."""
        self._visits.tell(self._tick_at - TICK_S)
        self._tick_at = now + TICK_S
        if not self._log.is_in_place():
            self._log = PurgeLog(self._folder)
            self._memory.clear()
        self._board.lay(self.counts, bytes_held=self._memory.bytes, entries=len(self._entries))


wrap: Final = PageStore


def prepare(folder: Path) -> None:
    """Begin anew, before the processes of a node start: what was kept by another version is a fallback at most."""
    Purger(folder).purge_everything(hard=False)
    Board(folder).clear()
