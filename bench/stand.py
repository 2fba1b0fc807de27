"""The parts that are measured, on one machine: two countries' nodes with their time stamps, and the relay."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from relay import Relay

from kopir.demo.country import Country, Ports
from kopir.demo.stand import request

PAUSE_S = 0.01
WAIT_S = 30.0
STOP_S = 60.0


class BenchError(Exception):
    """The benchmark cannot go on, or must not count; the message says why."""


@dataclass(slots=True)
class Stand:
    """All parts, in `folder`. The first country asks, the second answers."""

    folder: Path
    relay: Relay
    asking: Country
    asked: Country
    node_program: Path | None = None
    """A Python file that runs a node (argument: the configuration) in place of `kopir bridge run`: a profiler, say."""
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path, first_port: int, node_program: Path | None = None) -> Stand:
        """Lay out a stand on 15 ports from `first_port`; nothing is made yet."""
        asking, asked = (
            Country(instance, folder / instance.lower(), Ports.counted_from(first_port + 6 * place))
            for place, instance in enumerate(("TJ", "KZ"))
        )
        return cls(
            folder, Relay(folder / "relay", *range(first_port + 12, first_port + 15)), asking, asked, node_program
        )

    def build(self, large_bytes: int) -> None:
        """Make keys, certificates, directories, configurations, and the bodies of the service's answers."""
        for country in (self.asking, self.asked):
            country.build()
        self.relay.build(self.asking, self.asked, large_bytes)
        for country, other in ((self.asking, self.asked), (self.asked, self.asking)):
            country.trust([other])
            _point_at_service(country, other, self.relay.service_port)

    def start_relay(self, nginx: str) -> None:
        """Start service, relay and time stamp authorities, and wait until they listen."""
        for name, command in self.relay.commands(nginx).items():
            self._start(name, command)
        for country in (self.asking, self.asked):
            keys = country.folder / "keys"
            listen = f"127.0.0.1:{country.ports.stamps}"
            arguments = ["--listen", listen, "--key", str(keys / "tsa.key"), "--certificate", str(keys / "tsa.crt")]
            command = [sys.executable, "-m", "kopir.demo.stamps", *arguments]
            self._start(f"{country.instance.lower()}-stamps", command)
            self._wait_for(country.ports.stamps, "/", (501,))
        self._wait_for(self.relay.front_port, "/data/small", (200,))

    def start_nodes(self) -> float:
        """Start both nodes at once; return the seconds until the later one was ready."""
        begun = time.perf_counter()
        for country in (self.asking, self.asked):
            program = ["-m", "kopir.bridge.cli.main", "bridge", "run"]
            if self.node_program is not None:
                program = [str(self.node_program)]
            self._start(_node_name(country), [sys.executable, *program, str(country.config)])
        for country in (self.asking, self.asked):
            self._wait_for(country.ports.control, "/ready", (200,))
        took = time.perf_counter() - begun
        for country in (self.asking, self.asked):  # whoever was first has not seen the other's directory yet
            status, text = request(country.ports.control, "POST", "/reload")
            if status != 200:
                raise BenchError(f"{country.node}: {text.decode(errors='replace')}")
        return took

    def stop_nodes(self) -> None:
        """Stop both nodes in order, the asking one first; each must end well."""
        for country in (self.asking, self.asked):
            process = self.running.pop(_node_name(country))
            process.terminate()
            if process.wait(STOP_S) != 0:
                raise BenchError(f"the node of {country.instance} ended with {process.returncode}; see {self.logs}")

    @property
    def logs(self) -> Path:
        """Where all parts write what they have to say."""
        return self.folder / "log"

    def rss_mb(self, *, peak: bool = False) -> list[float]:
        """Return the resident memory of each node in MB, asking one first; the highest there ever was with `peak`."""
        key = "VmHWM" if peak else "VmRSS"
        return [_status_mb(self.running[_node_name(country)].pid, key) for country in (self.asking, self.asked)]

    def cpu_s(self) -> list[float]:
        """Return the processor time that each node has taken so far, in seconds."""
        found = []
        for country in (self.asking, self.asked):
            text = Path(f"/proc/{self.running[_node_name(country)].pid}/stat").read_text(encoding="utf-8")
            fields = text.rpartition(")")[2].split()
            found.append((int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"))  # utime, stime
        return found

    def handshakes(self) -> int:
        """Return the TLS handshakes between the nodes so far."""
        return int(sum(self.metrics(country, "kopir_peer_handshakes_total") for country in (self.asking, self.asked)))

    def metrics(self, country: Country, name: str) -> float:
        """Return the value of one line of a node's metrics; 0 for one that is not there yet."""
        _, text = request(country.ports.control, "GET", "/metrics")
        found = re.search(rf"^{re.escape(name)} (\S+)$", text.decode(), re.MULTILINE)
        return float(found[1]) if found else 0.0

    def check(self) -> None:
        """Raise BenchError if a part has ended."""
        for name, process in self.running.items():
            if process.poll() is not None:
                raise BenchError(f"{name} ended with {process.returncode}; see {self.logs}")

    @contextlib.contextmanager
    def stopping(self) -> Iterator[None]:
        """Stop all parts at the end, whatever happens."""
        try:
            yield
        finally:
            for process in self.running.values():
                process.terminate()
            for process in self.running.values():
                try:
                    process.wait(STOP_S)
                except subprocess.TimeoutExpired:
                    process.kill()
            self.running.clear()

    def _start(self, name: str, command: list[str]) -> None:
        self.logs.mkdir(parents=True, exist_ok=True)
        with (self.logs / f"{name}.log").open("ab") as log:
            # In the same session as the load: the kernel may divide processor time by sessions first.
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.running[name] = process

    def _wait_for(self, port: int, path: str, statuses: tuple[int, ...]) -> None:
        deadline = time.monotonic() + WAIT_S
        while True:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if request(port, "GET", path)[0] in statuses:
                    return
            self.check()
            if time.monotonic() > deadline:
                raise BenchError(f"nothing right answers at port {port} {path}; see {self.logs}")
            time.sleep(PAUSE_S)


def filesystem_of(path: Path) -> tuple[str, str]:
    """Return file system and device number (`8:1`) of what `path` lies on."""
    best, kind, device = "", "unknown", "0:0"
    real = os.path.realpath(path)
    for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines():
        fields = line.split()
        point = fields[4].encode().decode("unicode_escape")
        inside = real == point or real.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind, device = point, fields[fields.index("-") + 1], fields[2]
    return kind, device


def _node_name(country: Country) -> str:
    return f"{country.instance.lower()}-node"


def _point_at_service(country: Country, other: Country, port: int) -> None:
    """Let the country's service be the nginx of the benchmark, open to the other country's portal."""
    text = country.config.read_text(encoding="utf-8").partition("\n[[service]]")[0]
    service = f"""
[[service]]
id = {json.dumps(country.service)}
url = "http://127.0.0.1:{port}"

[[service.allow]]
client = {json.dumps(other.client)}
path = "/data/**"
"""
    country.config.write_text(text + service, encoding="utf-8")


def _status_mb(pid: int, key: str) -> float:
    text = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    found = re.search(rf"^{key}:\s+(\d+) kB$", text, re.MULTILINE)
    return round(int(found[1]) / 1024, 1) if found else 0.0
