"""The stand: sovereign nodes of several countries on one machine, laid out, made and started."""

from __future__ import annotations

import dataclasses
import fcntl
import http.client
import json
import os
import shutil
import socket
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kopir.demo.country import Country, Ports
from kopir.demo.places import STAND_FILE
from kopir.demo.territory import COUNTRY_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kopir.demo.processes import Programs

START_WAIT_S: Final = 20.0
FIRST_PORT: Final = 8080
PORTS_PER_COUNTRY: Final = 10
SETTINGS: Final = STAND_FILE
ELSEWHERE: Final = "make run ARGS='--folder var/stand2 --first-port 28000'"


class StandError(Exception):
    """The stand cannot be set up; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Stand:
    """Countries in `folder`; the first provides in the demonstration, the second asks."""

    folder: Path
    countries: tuple[Country, ...]
    first_port: int

    @classmethod
    def of(cls, folder: Path, countries: str, first_port: int | None) -> Stand:
        """Lay out a stand; nothing is made yet. Without `first_port` it is where it was the last time.

        Raises:
            StandError: countries or ports that cannot be.
        """
        instances = [name.strip().upper() for name in countries.split(",")]
        known = [name.upper() for name in COUNTRY_NAMES]
        if len(instances) < 2 or len(set(instances)) < len(instances) or not set(instances) <= set(known):
            raise StandError(f"--countries {countries}: name two or more of {', '.join(known).lower()}, each once")
        first = int(_last_settings(folder).get("first_port", FIRST_PORT)) if first_port is None else first_port
        if not 1 <= first <= 65536 - PORTS_PER_COUNTRY * len(instances):
            raise StandError(f"--first-port {first}: choose one between 1024 and 65000")
        made = tuple(
            Country(instance, folder / instance.lower(), Ports.counted_from(first + PORTS_PER_COUNTRY * place))
            for place, instance in enumerate(instances)
        )
        return cls(folder, made, first)

    def demand_free_ports(self) -> None:
        """Raise StandError for the first port that another program uses."""
        for country in self.countries:
            _demand_free_ports(country)

    def build(self) -> None:
        """Make what is missing, publish all directories, and let every country trust the others.

        A stand that is there is left as it is, with all that was written into its files by hand, unless countries or
        ports are others than the last time.
        """
        for country in self.countries:
            country.respell_anchors()
        settings = {"countries": [country.instance for country in self.countries], "first_port": self.first_port}
        if _last_settings(self.folder) == settings:
            for country in self.countries:
                country.publish()
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / SETTINGS).write_text("{}", encoding="utf-8")  # until all is made
        for country in self.countries:
            country.build()
        for country in self.countries:
            country.trust(other for other in self.countries if other is not country)
        (self.folder / SETTINGS).write_text(json.dumps(settings) + "\n", encoding="utf-8")

    def start(self, programs: Programs) -> None:
        """Start registers, time stamp authorities and nodes, and wait until all nodes are ready.

        Raises:
            StandError: a node does not become ready.
            ProgramError: something ended.
        """
        for country in self.countries:
            name, ports, keys = country.instance.lower(), country.ports, country.folder / "keys"
            programs.start(
                f"{name}-register", "kopir.demo.registry", "--country", name, "--listen", f"127.0.0.1:{ports.registry}"
            )
            programs.start(
                f"{name}-stamps", "kopir.demo.stamps", "--listen", f"127.0.0.1:{ports.stamps}",
                "--key", str(keys / "tsa.key"), "--certificate", str(keys / "tsa.crt"),
            )  # fmt: skip
        for country in self.countries:
            programs.start(
                f"{country.instance.lower()}-node", "kopir.bridge.cli.main", "bridge", "run", str(country.config)
            )
        deadline = time.monotonic() + START_WAIT_S
        for country in self.countries:
            for port, path in ((country.ports.registry, "/health"), (country.ports.control, "/ready")):
                while not _answers(port, path):
                    programs.check()
                    if time.monotonic() > deadline:
                        msg = f"{country.node} is not ready after {START_WAIT_S:.0f} s; see {shown(programs.logs)}"
                        raise StandError(msg)
                    time.sleep(0.05)
        _refresh_all(self.countries)


@contextmanager
def held(folder: Path) -> Iterator[int]:
    """Make `folder` and hold it for one stand; gives the descriptor of the lock, for the stand's programs to inherit.

    The folder is held until the last of them has ended, so that nobody builds under a node that a killed stand left.

    Raises:
        StandError: another stand holds it, or it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise StandError(f"{shown(folder)}: {error.strerror}; choose another --folder") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield lock
    except BlockingIOError:
        msg = f"programs of a stand in {shown(folder)} are running; stop them, or start another beside: {ELSEWHERE}"
        raise StandError(msg) from None
    finally:
        os.close(lock)


def forget(folder: Path) -> None:
    """Empty the folder of a stand; the folder itself stays, since it is held.

    Raises:
        StandError: it is something else; it is left alone.
    """
    things = list(folder.iterdir())
    if things and not (folder / SETTINGS).exists():
        raise StandError(f"{shown(folder)} is no stand, and is left alone: choose another --folder")
    for thing in things:
        if thing.is_dir() and not thing.is_symlink():
            shutil.rmtree(thing, ignore_errors=True)
        else:
            thing.unlink()


def request(port: int, method: str, path: str, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    """Send a request to a part of the stand; return status and body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def shown(path: Path) -> str:
    """Return `path` as short as it can be written from here."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _last_settings(folder: Path) -> dict[str, Any]:
    try:
        return dict(json.loads((folder / SETTINGS).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _refresh_all(countries: tuple[Country, ...]) -> None:
    """Nodes that started before another's directory was served learn it now rather than within the minute."""
    for country in countries:
        status, text = request(country.ports.control, "POST", "/reload")
        if status != http.client.OK:
            msg = f"{country.node}: {text.decode(errors='replace')}"
            raise StandError(msg)


def _answers(port: int, path: str) -> bool:
    try:
        return request(port, "GET", path)[0] == http.client.OK
    except OSError:
        return False


def _demand_free_ports(country: Country) -> None:
    ports = country.ports
    for port in dataclasses.astuple(ports):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                msg = f"port {port} is taken; stop what uses it, or choose others: {ELSEWHERE}"
                raise StandError(msg) from None
