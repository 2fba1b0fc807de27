"""A country's register of regions and districts as a small HTTP service: an information system behind a node.

`python -m kopir.demo.registry --country kz --listen 127.0.0.1:9101`; its description is `openapi.json`. It knows
nothing of nodes, members or rights: who may call it is decided by the node before it.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import FrameType
from typing import ClassVar

from kopir.demo.answers import Answer, Question, answer
from kopir.demo.territory import COUNTRY_NAMES, Territory, load_territory

IDLE_S = 75


class RegistryServer(ThreadingHTTPServer):
    """The register of one country, one thread for each connection. Port 0 takes a free one: see `server_address`."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], territory: Territory) -> None:
        """Listen on `address` (host, port); answers begin with `serve_forever`."""
        self.territory = territory
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    """One connection: keep-alive, one write for each answer, any method but GET and HEAD refused."""

    protocol_version = "HTTP/1.1"
    timeout = IDLE_S
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave together
    server: RegistryServer
    allowed: ClassVar[str] = "GET, HEAD"

    def do_GET(self) -> None:
        question = Question(self.path, self.headers.get("Accept-Language", ""), self.headers.get("If-None-Match", ""))
        self._send(answer(self.server.territory, question))

    do_HEAD = do_GET  # noqa: N815  # the base class's name

    def _refuse_method(self) -> None:
        detail = f"The register is read only: {self.command} is not possible."
        self._send(Answer.problem(405, detail, "Use GET or HEAD.", [("Allow", self.allowed)]))

    do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _refuse_method  # noqa: N815

    def _send(self, reply: Answer) -> None:
        if "Content-Length" in self.headers or "Transfer-Encoding" in self.headers:
            self.close_connection = True  # a body that nobody reads would be taken for the next request
        self.send_response(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)

    def version_string(self) -> str:
        return "kopir-demo-registry"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
        """Say nothing: the nodes log every exchange."""


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM; the first line of output says where."""
    options = _parse_arguments(arguments)
    host, _, port = options.listen.rpartition(":")
    try:
        server = RegistryServer((host.strip("[]"), int(port)), load_territory(options.country))
    except (OSError, ValueError, OverflowError) as error:
        print(
            f"registry: cannot listen on {options.listen}: {error}. Give --listen HOST:PORT a free port.",
            file=sys.stderr,
        )
        return 1

    def stop(_number: int, _frame: FrameType | None) -> None:
        threading.Thread(target=server.shutdown).start()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    with server:
        where = f"http://{options.listen.rpartition(':')[0]}:{server.server_port}/regions"
        count = len(server.territory.places)
        print(f"Register of {COUNTRY_NAMES[options.country]}: {count} places at {where}", flush=True)
        server.serve_forever()
    return 0


def _parse_arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m kopir.demo.registry", description="A register of regions, for the stand."
    )
    parser.add_argument("--country", required=True, choices=sorted(COUNTRY_NAMES), help="whose register")
    parser.add_argument(
        "--listen", default="127.0.0.1:9101", metavar="HOST:PORT", help="default: %(default)s; port 0: any free"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
