"""Whole installations of the portal for tests: a folder, settings, a database of their own, run as their operator does.

    with installation(tmp_path) as node:
        node.kopir("upgrade")

The database is SQLite in the folder, or, where DATABASE_URL names a PostgreSQL, a new one on that server.
"""

from __future__ import annotations

import http.client
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from kopir.demo.country import Country, Ports
from stands import free_first_port

WAIT_S = 60
SECRET = "a secret of the tests, long enough to be one, known to all"
KOPIR = [sys.executable, "-m", "kopir.bridge.cli.main"]


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@dataclass
class Installation:
    """Settings, and what an operator does with them. `python` is the path for more modules."""

    folder: Path
    settings: dict[str, str]
    python: list[str] = field(default_factory=list)

    @property
    def port(self) -> int:
        """Where the portal listens."""
        return int(self.settings["KOPIR_LISTEN"].rpartition(":")[2])

    def variables(self, **more: str) -> dict[str, str]:
        """The environment of its programs."""
        ours = ("KOPIR_", "DJANGO_", "DATABASE", "TRUSTED_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        path = os.pathsep.join([*self.python, *sys.path])
        return {**kept, "PYTHONPATH": path, **self.settings, **more}

    def kopir(self, *words: str, input_text: str | None = None, **more: str) -> subprocess.CompletedProcess[str]:
        """Run `kopir WORDS` to its end."""
        return subprocess.run(
            [*KOPIR, *words],
            env=self.variables(**more),
            capture_output=True,
            text=True,
            check=False,
            timeout=WAIT_S * 6,
            input=input_text,
        )

    def python_script(self, text: str, **more: str) -> str:
        """Run a script with Django set up in this installation; what it printed."""
        lead = "import django; from kopir.config.env import use_settings; use_settings(); django.setup()\n"
        done = subprocess.run(
            [sys.executable, "-c", lead + text],
            env=self.variables(**more),
            capture_output=True,
            text=True,
            check=False,
            timeout=WAIT_S * 6,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Ask the running portal."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path, headers={"Host": "localhost", **headers})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def is_up(self) -> bool:
        """Whether the portal answers."""
        try:
            return self.get("/health/ready")[0] == 200
        except OSError:
            return False

    @contextmanager
    def up(self, *words: str, **more: str) -> Iterator[RunningGroup]:
        """Run `kopir up WORDS` for the block, and wait for its portal if it has one."""
        log = self.folder.parent / f"up-{secrets.token_hex(4)}.log"
        with log.open("wb") as sink:
            process = subprocess.Popen([*KOPIR, "up", *words], env=self.variables(**more), stdout=sink, stderr=sink)
        group = RunningGroup(process, log)
        try:
            if not words or "portal" in words:
                wait_for(self.is_up, group.said)
            yield group
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(WAIT_S)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


@dataclass
class RunningGroup:
    """A `kopir up` that runs."""

    process: subprocess.Popen[bytes]
    log: Path

    def said(self) -> str:
        """All that it has written."""
        return self.log.read_text("utf-8")

    def pid_of(self, part: str) -> int:
        """The process id of a part's newest program, from what the group says."""
        lines = [line for line in self.said().splitlines() if f"{part} started pid=" in line]
        return int(lines[-1].rpartition("pid=")[2]) if lines else 0

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and wait for the end; the exit status."""
        self.process.send_signal(number)
        return self.process.wait(WAIT_S)


def add_bridge(node: Installation, folder: Path) -> Country:
    """Give the node a bridge of its own in `folder`: keys, certificates, directory, configuration."""
    country = Country("KZ", folder, Ports.counted_from(free_first_port()))
    country.build()
    country.trust([])
    node.settings["KOPIR_BRIDGE_CONFIG"] = str(country.config)
    node.settings["KOPIR_BRIDGE_CONTROL"] = f"127.0.0.1:{country.ports.control}"
    node.settings["KOPIR_BRIDGE_JOURNAL"] = str(folder / "state" / "journal")
    return country


def family_of(pid: int) -> list[int]:
    """The process and all its descendants."""
    found = [pid]
    for one in found:
        try:
            found += map(int, Path(f"/proc/{one}/task/{one}/children").read_text("ascii").split())
        except OSError:
            continue
    return found


def wait_for(condition: Callable[[], object], told: Callable[[], str] = str, limit_s: float = WAIT_S) -> None:
    """Wait until something holds; fail with what `told` gives."""
    until = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < until, f"not within {limit_s} s\n{told()}"
        time.sleep(0.05)


@contextmanager
def installation_like(first: Installation, folder: Path) -> Iterator[Installation]:
    """A copy of one that does not run: its files, its database, the same keys; an own port."""
    template = first.settings["DATABASE_URL"].rpartition("/")[2]
    with installation(folder, template=template) as node:
        shutil.copytree(first.folder, node.folder)
        yield node


@contextmanager
def installation(folder: Path, template: str = "", **settings: str) -> Iterator[Installation]:
    """A new one in `folder`, without tables; its database goes with the block.

    On PostgreSQL it begins as a copy of the database `template`, if one is named.
    """
    folder.mkdir(parents=True, exist_ok=True)
    url = os.environ.get("DATABASE_URL", "")
    name = f"kopir_node_{secrets.token_hex(6)}"
    if url:
        _administer(url, "CREATE DATABASE {} TEMPLATE {}", name, template or "template1")
    node = Installation(
        folder / "portal",
        {
            "KOPIR_COUNTRY": "kz",
            "KOPIR_ADDRESS": "http://kz.localhost",
            "KOPIR_SECRET_KEY": SECRET,
            "KOPIR_FOLDER": str(folder / "portal"),
            "KOPIR_LISTEN": f"127.0.0.1:{free_port()}",
            "DATABASE_URL": f"{url.rpartition('/')[0]}/{name}" if url else "",
            **settings,
        },
    )
    try:
        yield node
    finally:
        if url:
            _administer(url, "DROP DATABASE {} WITH (FORCE)", name)


def _administer(url: str, statement: str, *names: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
