"""The way to a page that is not in memory, or may no longer be true: a file, the render of another, one's own.

Rounds, because what was learned or kept meanwhile changes where to look. At the end of each way stands the application
itself, with the request as it came.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final
from wsgiref.types import StartResponse, WSGIApplication

from .addresses import Environ, Key, Place, normalize_query
from .asking import Answer, ask, is_anybodys, make_plain
from .files import Files
from .flights import Flight, Flights, Landing
from .keeping import MISSING, MISSING_S, Keep
from .memory import Entry, Memory
from .metrics import Counts
from .pages import make_page
from .places import Places
from .purge_log import PurgeLog
from .sending import send
from .visits import Visits
from .waiting import STAFF, WaitingRoom

ROUNDS: Final = 3
STALE_S: Final = 1.0
"""How long after a soft purge the old bytes may be shown."""
RETRY_S: Final = 2.0
"""How long the last good page is shown before the application is asked again."""
COME_BACK_S: Final = 5
FAILURE: Final = 500

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Request:
    """A GET or HEAD for a place of a known host."""

    environ: Environ
    start_response: StartResponse
    place: Place


class Maker:
    """Answers what the hit path cannot."""

    def __init__(  # noqa: PLR0917 - the parts of one store, given once
        self,
        application: WSGIApplication,
        memory: Memory,
        files: Files,
        room: WaitingRoom,
        counts: Counts,
        visits: Visits,
        clock: Callable[[], float],
        busy_page: bytes,
    ) -> None:
        self._application = application
        self._memory = memory
        self._files = files
        self._room = room
        self._counts = counts
        self._visits = visits
        self._clock = clock
        self._busy_page = busy_page
        self._places = Places()
        self._flights = Flights()

    def answer(self, request: Request, log: PurgeLog) -> Iterable[bytes]:
        """Answer with the page of this request; `log` is the one by which pages are judged."""
        for _ in range(ROUNDS):
            log.catch_up()
            now = self._clock()
            key, is_known = self._find_key(request)
            if key is None or self._places.was_passed(key, now):
                break
            entry = self._look_up(key, now, log)
            if entry is not None:
                return self._send(entry, request.environ, request.start_response)
            if not is_known and not is_anybodys(request.environ):
                break
            flight, is_own = self._flights.board(key)
            answered = self._lead(request, key, log) if is_own else self._wait(request, key, flight)
            if answered is not None:
                return answered
        return self.pass_on(request.environ, request.start_response, request.place, log)

    def pass_on(
        self, environ: Environ, start_response: StartResponse, place: Place | None, log: PurgeLog
    ) -> Iterable[bytes]:
        """Let the application answer the request as it came, within the places there are; learn from what it says."""
        has_query = bool(environ["QUERY_STRING"])
        answer = self._ask(environ, place[1] if place else "")
        if answer is None:
            return self._refuse(environ, start_response)
        self._counts.passed += 1
        if place is not None and answer.keep is not None:
            self._places.learn(place, answer.keep.params, is_missing=answer.code == MISSING)
        if place is not None and answer.code >= FAILURE and not has_query:
            entry = self._fall_back((*place, ""), answer, log)
            if entry is not None:
                return self._send(entry, environ, start_response)
        if place is not None:
            self._visits.count_answer(answer, place, environ)
        return answer.send(start_response)

    def pass_staff(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Let the application answer staff, within the places there are for them."""
        answer = self._ask(environ, STAFF)
        return self._refuse(environ, start_response) if answer is None else answer.send(start_response)

    def _ask(self, environ: Environ, host: str) -> Answer | None:
        """What the application says to a request as it came; None without a place."""
        if not self._room.enter(host):
            return None
        try:
            return ask(self._application, environ)
        finally:
            self._room.leave(host)

    def _send(self, entry: Entry, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer with a page, and count it."""
        if entry.visit is not None:
            self._visits.count(entry.visit, environ)
        return send(entry, environ, start_response)

    def _find_key(self, request: Request) -> tuple[Key | None, bool]:
        """The key of a request, None if it cannot be told yet; and whether its place is known."""
        query = request.environ["QUERY_STRING"]
        params = self._places.find_params(request.place)
        if params is None and query:
            page = self._files.read((*request.place, ""))  # what another process learned
            if page is not None:
                params = self._places.learn(request.place, page.keep.params, is_missing=False)
        if params is None:
            return (None if query else (*request.place, "")), False
        normal = normalize_query(query, params)
        return (None if normal is None else (*request.place, normal)), True

    def _look_up(self, key: Key, now: float, log: PurgeLog) -> Entry | None:
        """The page under a key if it may be shown, from memory or from what another process has kept."""
        entry = self._memory.entries.get(key)
        if entry is not None:
            if is_true(entry, now, log):
                self._counts.hits += 1
                return entry
            if is_gone(entry.page.keep, entry.number, now, log):
                self._memory.drop(entry)
            elif now < entry.retry_at:
                self._counts.fallbacks += 1
                return entry
        page = self._files.read(key)
        if page is None:
            return None
        if is_gone(page.keep, page.number, now, log):
            self._files.remove(key)
            return None
        seen = log.seen
        if log.judge(page.keep.tags, page.number) is not None:
            return None
        entry = self._memory.put(page, page.keep.until)
        entry.number = seen
        self._counts.shared += 1
        return entry

    def _lead(self, request: Request, key: Key, log: PurgeLog) -> Iterable[bytes] | None:
        """Make the page for all who ask for it; None to look again."""
        landing = Landing.FAILED
        try:
            made = self._make(request.environ, key, log)
            if isinstance(made, Entry):
                landing = Landing.KEPT
            elif isinstance(made, Answer) and made.code < FAILURE:
                self._let_go(key)
                landing = Landing.PASSED
        finally:
            self._flights.land(key, landing)
        if made is None:
            return self._refuse(request.environ, request.start_response)
        if isinstance(made, Exception):
            raise made
        if isinstance(made, Answer):
            made.close()
            # Once more, for this asker: what was made for nobody in particular is not what this one may see.
            return self.pass_on(request.environ, request.start_response, request.place, log)
        params = self._places.find_params(request.place) or ()
        if normalize_query(request.environ["QUERY_STRING"], params) != key[3]:
            return None  # a parameter of this request matters that nobody knew of
        return self._send(made, request.environ, request.start_response)

    def _make(self, environ: Environ, key: Key, log: PurgeLog) -> Entry | Answer | Exception | None:
        """Ask for nobody in particular: the entry, or what cannot be kept, or the failure; None without a place."""
        if not self._room.enter(key[1]):
            return None
        made: Answer | Exception
        try:
            log.catch_up()
            number = log.seen
            made = ask(self._application, make_plain(environ, key))
        except Exception as failure:  # noqa: BLE001 - whatever it is, a page may stand in; else it is raised again
            number, made = 0, failure
        finally:
            self._room.leave(key[1])
        if isinstance(made, Answer) and made.code < FAILURE:
            return self._keep(key, made, number, log) or made
        entry = self._fall_back(key, made, log)
        return made if entry is None else entry

    def _wait(self, request: Request, key: Key, flight: Flight) -> Iterable[bytes] | None:
        """Show the old bytes while that is allowed, else wait for whoever makes the page; None to look again."""
        entry = self._memory.entries.get(key)
        if entry is not None and self._clock() < entry.stale_until:
            self._counts.stale += 1
            return self._send(entry, request.environ, request.start_response)
        with self._room.wait() as limit_s:
            landing = flight.wait(limit_s)
        return self._refuse(request.environ, request.start_response) if landing is Landing.FAILED else None

    def _keep(self, key: Key, answer: Answer, number: int, log: PurgeLog) -> Entry | None:
        """Keep an answer, made since `number`; None for one that may not be kept."""
        keep = answer.keep
        now = self._clock()
        if keep is None or not isinstance(answer.body, bytes) or keep.until <= now or not log.is_in_place():
            return None
        page = make_page(key, answer.code, answer.headers, answer.body, keep=keep, number=number)
        if page is None:
            return None
        is_missing = page.status == MISSING
        self._places.learn(key[:3], keep.params, is_missing=is_missing)
        entry = self._memory.put(page, min(keep.until, now + (MISSING_S if is_missing else math.inf)))
        if is_missing:
            self._files.remove(key)
        else:
            self._files.write(page)
        self._counts.misses += 1
        return entry

    def _let_go(self, key: Key) -> None:
        """Forget a page: what the application says now takes the place of what it said, also as a fallback."""
        self._places.pass_by(key, self._clock())
        entry = self._memory.entries.get(key)
        if entry is not None:
            self._memory.drop(entry)
        self._files.remove(key)

    def _fall_back(self, key: Key, failure: Answer | Exception, log: PurgeLog) -> Entry | None:
        """The last good page in place of a failure, unless it was purged hard or its time is over."""
        now = self._clock()
        log.catch_up()
        entry = self._memory.entries.get(key)
        if entry is None or is_gone(entry.page.keep, entry.number, now, log):
            page = self._files.read(key)
            if page is None or is_gone(page.keep, page.number, now, log):
                return None
            entry = self._memory.put(page, page.keep.until)
        entry.retry_at = now + RETRY_S
        self._counts.fallbacks += 1
        raised = failure if isinstance(failure, Exception) else None
        _log.error("the last good page stands in for a failure", exc_info=raised)
        if isinstance(failure, Answer):
            failure.close()
        return entry

    def _refuse(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Ask to come back."""
        self._counts.refused += 1
        start_response(
            "503 Service Unavailable",
            [
                ("Content-Type", "text/html; charset=utf-8"),
                ("Content-Length", str(len(self._busy_page))),
                ("Cache-Control", "no-store"),
                ("Retry-After", str(COME_BACK_S)),
            ],
        )
        return [self._busy_page] if environ["REQUEST_METHOD"] == "GET" else []


def is_true(entry: Entry, now: float, log: PurgeLog) -> bool:
    """Whether an entry may be shown as it is; notes up to which purge it was true, or how long it may be shown."""
    seen = log.seen
    if now >= entry.until:
        entry.stale_until = 0.0
        return False
    if entry.number == seen:
        return True
    stale = log.judge(entry.page.keep.tags, entry.number)
    if stale is None:
        entry.number = seen
        return True
    if stale.is_hard:
        entry.stale_until = 0.0
    elif not entry.stale_until:
        entry.stale_until = min(stale.since, now) + STALE_S
    return False


def is_gone(keep: Keep, number: int, now: float, log: PurgeLog) -> bool:
    """Whether a page, true at `number`, must not be shown in any case: purged hard, or past its time."""
    if now >= keep.until:
        return True
    stale = log.judge(keep.tags, number)
    return stale is not None and stale.is_hard
