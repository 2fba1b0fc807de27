"""What readers look at, counted before the application: host and path alone, no cookie and no address of a reader.

Counted is a GET for a page that may be kept (what is made for one person never is), HTML and answered with 200, also
where the browser had it already (304); and each address where there is nothing (404). Not counted: staff, by their
cookie; programs that name themselves; what a browser asks for ahead of its reader.

In a second a process counts at most `PAGES` pages and `MISSING` addresses without one, those that came first, so that
made-up addresses fill neither memory nor disk. Two threads that count at the same instant may count as one.
"""

from __future__ import annotations

import re
import threading
from functools import lru_cache
from pathlib import Path
from typing import Final

from .addresses import Environ, Place
from .asking import Answer
from .keeping import MISSING as NOT_FOUND
from .keeping import Headers
from .tray import Note, Tray

PAGES: Final = 8192
MISSING: Final = 256
MISSING_CHARACTERS: Final = 200
AGENT_CHARACTERS: Final = 256
SEEN: Final = "seen"
LACKED: Final = "lacked"
OK: Final = 200

Visit = tuple[str, str, str]
"""`SEEN` or `LACKED`, host, path as WSGI gives it."""

_PROGRAM: Final = re.compile(
    r"(?<!cu)bot|crawl|spider|slurp|scan|monitor|preview|headless|curl|wget|python|java/|go-http", re.IGNORECASE
)


@lru_cache(1024)
def is_program(agent: str) -> bool:
    """Whether this is the name of a program that reads by itself; browsers have a name that is none of these."""
    return not agent or _PROGRAM.search(agent) is not None


def is_reader(environ: Environ) -> bool:
    """Whether this is a GET by a browser for somebody who reads: by no program, and not ahead of its reader."""
    return (
        environ["REQUEST_METHOD"] == "GET"
        and not is_program(environ.get("HTTP_USER_AGENT", "")[:AGENT_CHARACTERS])
        and "HTTP_SEC_PURPOSE" not in environ
    )


def make_visit(status: int, headers: Headers | tuple[tuple[str, str], ...], host: str, path: str) -> Visit | None:
    """What an answer counts as; None for one that does not count."""
    if not any(name.lower() == "content-type" and value.lower().startswith("text/html") for name, value in headers):
        return None
    if status == OK:
        return SEEN, host, path
    return (LACKED, host, path) if status == NOT_FOUND and len(path) <= MISSING_CHARACTERS else None


class Visits:
    """The counts of one process since it told them last."""

    def __init__(self, folder: Path) -> None:
        self._tray = Tray(folder)
        self._lock = threading.Lock()
        self._seen: dict[Visit, int] = {}
        self._lacked: dict[Visit, int] = {}

    def count(self, visit: Visit, environ: Environ) -> None:
        """Count a request that is answered with this."""
        if not is_reader(environ):
            return
        counts, most = (self._seen, PAGES) if visit[0] == SEEN else (self._lacked, MISSING)
        before = counts.get(visit)
        if before is not None:
            counts[visit] = before + 1
        elif len(counts) < most:
            counts[visit] = 1

    def count_answer(self, answer: Answer, place: Place, environ: Environ) -> None:
        """Count a request that is answered by the application itself: with a page only if others may see it too."""
        if answer.keep is not None or answer.code == NOT_FOUND:
            visit = make_visit(answer.code, answer.headers, place[1], place[2])
            if visit is not None:
                self.count(visit, environ)

    def tell(self, at: float) -> None:
        """Lay down what was counted since `at`, and begin anew."""
        with self._lock:  # two that tell the same would count it twice
            seen, self._seen = self._seen, {}
            lacked, self._lacked = self._lacked, {}
        for kind, counts in ((SEEN, seen), (LACKED, lacked)):
            if counts:
                rows = [(host, path, count) for (_, host, path), count in list(counts.items())]
                self._tray.lay(Note(kind, at, rows))
