"""The stand's time stamp authority: RFC 3161 over HTTP with a development key. Not for production.

`python -m kopir.demo.stamps --listen 127.0.0.1:9100 --key keys/tsa.key --certificate keys/tsa.crt`
"""

from __future__ import annotations

import argparse
import itertools
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kopir.signing.development_tsa import make_response
from kopir.signing.errors import SigningError, StampError
from kopir.signing.facts import read_certificate_file
from kopir.signing.keys import load_private_key
from kopir.signing.signer import p256_key

if TYPE_CHECKING:
    from types import FrameType

MAX_REQUEST_BYTES: Final = 4096


class StampServer(ThreadingHTTPServer):
    """Answers time stamp requests with the present time."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], key: Path, certificate: Path) -> None:
        """Listen on `address` (host, port) and sign with `key`."""
        self.key = p256_key(load_private_key(key))
        self.certificate = read_certificate_file(certificate)
        self.serials = itertools.count(time.time_ns())
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: StampServer

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not (length.isascii() and length.isdecimal() and 0 < int(length) <= MAX_REQUEST_BYTES):
            self.close_connection = True  # a body that nobody reads would be taken for the next request
            self.send_error(400, "a time stamp request is needed")
            return
        server = self.server
        try:
            answer = make_response(
                self.rfile.read(int(length)),
                key=server.key,
                certificate_der=server.certificate,
                now_ms=time.time_ns() // 1_000_000,
                serial=next(server.serials),
            )
        except StampError as error:
            self.send_error(400, str(error))
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
        """Say nothing: the nodes log every stamp."""


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(description="The stand's time stamp authority. Not for production.")
    parser.add_argument("--listen", required=True, metavar="HOST:PORT", help="where it listens; port 0: any free")
    parser.add_argument("--key", required=True, type=Path, metavar="FILE", help="its private key")
    parser.add_argument("--certificate", required=True, type=Path, metavar="FILE", help="issued for time stamps")
    options = parser.parse_args(arguments)
    host, _, port = options.listen.rpartition(":")
    try:
        server = StampServer((host, int(port)), options.key, options.certificate)
    except (OSError, ValueError, OverflowError, SigningError) as error:
        print(f"stamps: cannot listen on {options.listen}: {error}", file=sys.stderr)
        return 1

    def stop(_number: int, _frame: FrameType | None) -> None:
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    with server:
        print(f"Time stamps, not for production, at http://{host}:{server.server_port}/", flush=True)
        server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
