"""One process with a page store before a made-up application, and how tests speak to it.

What the application answers lies in files, one for each path, so that a test can change it for all processes at once;
each time it is asked it adds a line to a file of its own. Run as a program: `pageworker.py FOLDER PORT`.
"""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import quote
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from kopir.edge import wrap

STAFF = "kopir-staff"


@dataclass
class Says:
    """What the application answers to a path. `keep` None: no `Kopir-Keep` at all. `body` may show `{query}`."""

    body: str = "page"
    tags: list[str] = field(default_factory=list)
    until: float | None = None
    params: list[str] = field(default_factory=list)
    status: str = "200 OK"
    headers: list[list[str]] = field(default_factory=list)
    keeps: bool = True
    delay_s: float = 0.0
    raises: bool = False


def answer(says: Says, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer as it is said."""
    time.sleep(says.delay_s)
    if says.raises:
        raise RuntimeError("the database is down")
    headers = [("Content-Type", "text/html; charset=utf-8"), *((name, value) for name, value in says.headers)]
    if says.keeps:
        keep = {"tags": says.tags, "until": says.until, "params": says.params}
        headers.append(("Kopir-Keep", json.dumps(keep)))
    start_response(says.status, headers)
    return [says.body.replace("{query}", environ["QUERY_STRING"]).encode()]


@dataclass
class Reply:
    """An answer, as the client gets it."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class App:
    """The application within one process: `says[path]`, and the requests it was `asked`."""

    def __init__(self) -> None:
        self.says: dict[str, Says | Callable[[dict[str, Any]], Says]] = {}
        self.asked: list[dict[str, Any]] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.asked.append(environ)
        says = self.says.get(environ["PATH_INFO"], Says("nothing", status="404 Not Found"))
        return answer(says if isinstance(says, Says) else says(environ), environ, start_response)


def get(application: Any, path: str = "/", query: str = "", method: str = "GET", **headers: str) -> Reply:
    """Ask an application as a server does; headers by WSGI's names without `HTTP_`."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": "203.0.113.7",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "HTTP_HOST": "a.example",
        **{f"HTTP_{name}": value for name, value in headers.items()},
    }
    begun: list[Any] = []
    body = application(environ, lambda *given: begun.append(given))
    text = b"".join(body)
    if hasattr(body, "close"):
        body.close()
    status, told = begun[-1][:2]
    assert len({name.lower() for name, _ in told}) == len(told), "each header once"
    return Reply(int(status[:3]), dict(told), text)


class FileApp:
    """The application of a process: what it says lies in `folder`."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._asked = folder / f"asked-{name}"

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        address = environ["HTTP_HOST"].partition(":")[0] + environ["PATH_INFO"]
        with self._asked.open("a", encoding="utf-8") as file:
            file.write(f"{address}?{environ['QUERY_STRING']}\n")
        says = Says(**json.loads(place_of(self._folder, address).read_text("utf-8")))
        return answer(says, environ, start_response)


def place_of(folder: Path, address: str) -> Path:
    """The file that says what is answered there."""
    return folder / f"{quote(address, safe='')}.json"


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        return None


def main() -> None:
    """Answer until killed."""
    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    said = folder / "said"
    store = wrap(
        FileApp(said, str(port)), folder=folder / "pages", staff_cookie=STAFF, is_known_host=lambda _: True, renders=8
    )

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ["HTTP_HOST"] = environ["HTTP_HOST"].partition(":")[0]
        return store(environ, start_response)

    make_server("127.0.0.1", port, application, _Server, _Quiet).serve_forever()


if __name__ == "__main__":
    main()
