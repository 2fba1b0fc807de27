"""A portal of its own for a benchmark: made in an empty folder, served by one process, asked on one kept connection."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

START_S = 30
PAST_STORE = "kopir-staff=1"


class ServedError(Exception):
    """The portal answered what no figure can be made of; the message says what."""


@dataclass(frozen=True)
class Served:
    """A portal that answers: its host, its connection, and the environment in which its commands run."""

    host: str
    connection: http.client.HTTPConnection
    environment: dict[str, str]

    def get(self, path: str) -> tuple[bytes, str]:
        """The body as it came over the line, and its coding. Raises ServedError for any status but 200.

        The cookie leads past the page store: what is measured is the making of the page, each time.
        """
        headers = {"Host": self.host, "Accept-Encoding": "gzip", "Cookie": PAST_STORE}
        self.connection.request("GET", path, headers=headers)
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != http.HTTPStatus.OK:
            raise ServedError(f"{path}: status {answer.status}")
        return body, answer.getheader("Content-Encoding", "")

    def text(self, path: str) -> str:
        """The body as text."""
        body, coding = self.get(path)
        return (gzip.decompress(body) if coding == "gzip" else body).decode()

    def time_ms(self, path: str) -> float:
        """How long the whole answer takes."""
        begun = time.perf_counter()
        self.get(path)
        return (time.perf_counter() - begun) * 1000

    def weigh(self, path: str) -> int:
        """Bytes of a page, its stylesheets and scripts, and all fonts that they name, as they come over the line."""
        html = self.text(path)
        total = len(self.get(path)[0])
        sources = re.findall(r'<link[^>]+rel="stylesheet"[^>]+href="([^"]+)"|<script[^>]+src="([^"]+)"', html)
        for address in {one or two for one, two in sources}:
            total += len(self.get(address)[0])
            if address.partition("?")[0].endswith(".css"):
                for font in set(re.findall(r"url\(\"?([^)\"]+\.woff2)\"?\)", self.text(address))):
                    total += len(self.get(urljoin(address, font))[0])
        return total


@contextlib.contextmanager
def serve(*seeding: list[str]) -> Iterator[Served]:
    """A portal of Kazakhstan on SQLite, after its tables are made and the commands of `seeding` have run."""
    with tempfile.TemporaryDirectory(prefix="kopir-bench-") as folder:
        port = _free_port()
        environment = make_environment(Path(folder), port)
        for command in (["migrate", "-v0"], ["load_pack"], ["collectstatic", "--noinput", "-v0"]):
            run(["-m", "kopir.bridge.cli.main", "manage", *command], environment)
        for command in seeding:
            run(command, environment)
        server = subprocess.Popen([sys.executable, "-m", "kopir.bridge.cli.main", "portal"], env=environment)
        try:
            yield Served(f"kz.localhost:{port}", _connect(port), environment)
        finally:
            server.terminate()
            server.wait()


def make_environment(folder: Path, port: int) -> dict[str, str]:
    """The settings of a portal in this folder, and nothing of the portal that this machine may have."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("KOPIR_") and name != "DATABASE_URL"
    }
    return environment | {
        "KOPIR_COUNTRY": "kz",
        "KOPIR_ADDRESS": f"http://kz.localhost:{port}",
        "KOPIR_LISTEN": f"127.0.0.1:{port}",
        "KOPIR_FOLDER": str(folder),
        "KOPIR_SECRET_KEY": "a key of this run alone, which is over when its figures are printed",
        "KOPIR_LOG_LEVEL": "error",
    }


def run(command: list[str], environment: dict[str, str]) -> str:
    """What a Python program prints. Raises ServedError with what it complained of."""
    done = subprocess.run([sys.executable, *command], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ServedError(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _connect(port: int) -> http.client.HTTPConnection:
    deadline = time.monotonic() + START_S
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.connect()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return connection
