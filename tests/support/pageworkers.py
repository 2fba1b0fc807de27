"""Two real processes with page stores over one folder, for tests of purging."""

from __future__ import annotations

import dataclasses
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from kopir.edge import Purger
from pageworker import Reply, Says, place_of

PROGRAM = Path(__file__).with_name("pageworker.py")


class Site:
    """One host of the two processes: what it says, and what they answer."""

    def __init__(self, folder: Path, ports: tuple[int, int], host: str, pool: ThreadPoolExecutor) -> None:
        self._folder = folder
        self.ports = ports
        self._host = host
        self._pool = pool
        self.purger = Purger(folder / "pages")

    def tag(self, name: str) -> str:
        """A tag of this site alone."""
        return f"{self._host}:{name}"

    def says(self, path: str, says: Says) -> None:
        """Let the application answer this from now on, in both processes at once."""
        place = place_of(self._folder / "said", self._host + path)
        new = place.with_suffix(".new")
        new.write_text(json.dumps(dataclasses.asdict(says)), "utf-8")
        new.replace(place)

    def purge(self, *names: str, hard: bool = False) -> None:
        """Purge tags of this site."""
        self.purger.purge([self.tag(name) for name in names], hard=hard)

    def get(self, worker: int, path: str, **headers: str) -> Reply:
        """What the first (0) or second (1) process answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[worker], timeout=30)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request("GET", path, headers={"Host": self._host, **named})
            response = connection.getresponse()
            return Reply(response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()

    def both(self, path: str) -> list[str]:
        """The texts of both."""
        return [self.get(worker, path).text for worker in (0, 1)]

    def start(self, worker: int, path: str) -> Future[Reply]:
        """Ask, and go on."""
        return self._pool.submit(self.get, worker, path)

    def count_asked(self, worker: int | None = None) -> int:
        """How often the application was asked for this host, by one process or by both."""
        ports = self.ports if worker is None else (self.ports[worker],)
        places = [self._folder / "said" / f"asked-{port}" for port in ports]
        lines = [line for place in places if place.exists() for line in place.read_text("utf-8").splitlines()]
        return sum(line.startswith(f"{self._host}/") for line in lines)

    def wait_asked(self, count: int) -> None:
        """Wait until the application was asked that often."""
        for _ in range(500):
            if self.count_asked() >= count:
                return
            time.sleep(0.01)
        raise AssertionError(f"asked {self.count_asked()} times, not {count}")


@contextmanager
def running(folder: Path) -> Iterator[tuple[int, int]]:
    """Two processes over this folder; their ports."""
    (folder / "said").mkdir()
    ports = (_free_port(), _free_port())
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    programs = [
        subprocess.Popen([sys.executable, str(PROGRAM), str(folder), str(port)], env=variables) for port in ports
    ]
    try:
        for port in ports:
            _wait_for(port)
        yield ports
    finally:
        for program in programs:
            program.kill()
            program.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def _wait_for(port: int) -> None:
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("a process did not start")
