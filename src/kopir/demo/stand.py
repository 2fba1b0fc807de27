"""The stand: sovereign nodes of several countries on one machine, and one exchange before your eyes."""

from __future__ import annotations

import http.client
import shlex
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kopir.demo.country import Country, Ports
from kopir.demo.processes import Programs

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

START_WAIT_S: Final = 20.0
REPUBLISH_S: Final = 3600.0
PORTS_PER_COUNTRY: Final = 10
ALMATY: Final = "750000000"


class StandError(Exception):
    """The stand cannot be set up; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Stand:
    """Countries in `folder`; the first provides in the demonstration, the second asks."""

    folder: Path
    countries: tuple[Country, ...]

    @classmethod
    def of(cls, folder: Path, instances: list[str], first_port: int) -> Stand:
        """Lay out a stand; nothing is made yet."""
        countries = [
            Country(instance, folder / instance.lower(), Ports.counted_from(first_port + PORTS_PER_COUNTRY * place))
            for place, instance in enumerate(instances)
        ]
        return cls(folder, tuple(countries))

    def build(self) -> None:
        """Make what is missing, publish all directories, and let every country trust the others."""
        for country in self.countries:
            country.build()
        for country in self.countries:
            country.trust(other for other in self.countries if other is not country)

    def start(self, programs: Programs) -> None:
        """Start registers, time stamp authorities and nodes, and wait until all nodes are ready.

        Raises:
            StandError: a port is taken, or a node does not become ready.
            ProgramError: something ended.
        """
        for country in self.countries:
            _demand_free(country)
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
                        msg = f"{country.node} did not become ready in {START_WAIT_S:.0f} s; see {programs.logs}"
                        raise StandError(msg)
                    time.sleep(0.05)
        _refresh_all(self.countries)


def ask(asking: Country, service: str, rest: str) -> tuple[int, dict[str, str], bytes]:
    """Call `service` as the portal of `asking` through its node; return status, headers in lower case, and body."""
    connection = http.client.HTTPConnection("127.0.0.1", asking.ports.client, timeout=30)
    try:
        headers = {
            "X-Road-Client": asking.client,
            "Kopir-Purpose": "address%20of%20an%20applicant",
            "Accept-Language": "ru",
        }
        connection.request("GET", f"/r1/{service}{rest}", headers=headers)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def play(stand: Stand, programs: Programs, say: Callable[[str], None]) -> None:
    """Perform the main job and say what happens, step by step."""
    provider, consumer = stand.countries[0], stand.countries[1]
    code = ALMATY if provider.instance == "KZ" else ""
    rest = f"/regions/{code}" if code else "/regions"
    say(f"\n1. {consumer.client} asks the register of {provider.instance}: GET {provider.service}{rest}")
    started = time.perf_counter()
    status, headers, body = ask(consumer, provider.service, rest)
    took_ms = (time.perf_counter() - started) * 1000
    programs.check()
    if status != http.client.OK:
        msg = f"the answer is {status}: {body.decode(errors='replace')}; see {programs.logs}"
        raise StandError(msg)
    say(f"2. {consumer.node} signed the request for its member {consumer.owner} and wrote it to its journal")
    say(f"3. {provider.node} checked certificate, signature, replay and rights, wrote it down, asked the register,")
    say(f"   signed the answer for {provider.statistics} and wrote that down too")
    say(f"4. {consumer.node} proved the answer and returned it: {status}, {len(body)} bytes, {took_ms:.1f} ms in all\n")
    say(f"   {body.decode()}\n")
    request_id = headers["x-road-request-id"]
    evidence = stand.folder / "exchange.evidence"
    _save_evidence(consumer, request_id, evidence)
    anchors = " ".join(f"--anchor {shlex.quote(_shown(country.anchor))}" for country in (consumer, provider))
    command = f"kopir evidence verify {shlex.quote(_shown(evidence))} {anchors}"
    say(
        f"5. The evidence of this exchange is {_shown(evidence)}. Whoever holds the two anchors can judge it offline:\n"
    )
    say(f"   $ .venv/bin/{command}")
    arguments = [sys.executable, "-m", "kopir.bridge.cli.main", *shlex.split(command)[1:]]
    verdict = subprocess.run(arguments, capture_output=True, text=True, check=False)  # noqa: S603  # our own command
    for line in (verdict.stdout + verdict.stderr).splitlines():
        say(f"   {line}")


def hints(stand: Stand) -> str:
    """Return the lines to paste for calling either node."""
    lines = ["\nBoth nodes are running. Ask either of them yourself:\n"]
    for asking, asked in zip(stand.countries, (*stand.countries[1:], stand.countries[0]), strict=True):
        lines.append(f"   curl -H 'X-Road-Client: {asking.client}' {asking.address}/r1/{asked.service}/regions\n")
    lines.append("Stop with Ctrl-C. State and logs are kept in " + _shown(stand.folder) + ".")
    return "\n".join(lines)


def run(options: argparse.Namespace) -> int:
    """Set up, start, perform, and keep running until Ctrl-C."""
    folder = Path(options.folder).absolute()
    if options.fresh:
        shutil.rmtree(folder, ignore_errors=True)
    stand = Stand.of(folder, [name.strip().upper() for name in options.countries.split(",")], options.first_port)
    names = " and ".join(country.instance for country in stand.countries)
    print(f"Setting up {names}: own authority, keys, directory and journal for each. Not for production.")
    stand.build()
    with Programs(stand.folder / "log") as programs:
        stand.start(programs)
        play(stand, programs, print)
        if options.once:
            return 0
        print(hints(stand), flush=True)
        try:
            _keep_running(stand, programs)
        except KeyboardInterrupt:
            print("\nStopping.")
    return 0


def _keep_running(stand: Stand, programs: Programs) -> None:
    published = time.monotonic()
    while True:
        time.sleep(1)
        programs.check()
        if time.monotonic() - published > REPUBLISH_S:
            published = time.monotonic()
            for country in stand.countries:
                country.publish()


def _save_evidence(country: Country, request_id: str, path: Path) -> None:
    """Have the head stamped now rather than within the minute, then fetch the evidence as the system would."""
    _request(country.ports.control, "POST", "/stamp")
    status, data = _request(
        country.ports.client, "GET", f"/evidence?id={request_id}", headers={"X-Road-Client": country.client}
    )
    if status != http.client.OK:
        msg = f"no evidence of {request_id}: {data.decode(errors='replace')}"
        raise StandError(msg)
    path.write_bytes(data)


def _refresh_all(countries: tuple[Country, ...]) -> None:
    """Nodes that started before another's directory was served learn it now rather than within the minute."""
    for country in countries:
        status, text = _request(country.ports.control, "POST", "/reload")
        if status != http.client.OK:
            msg = f"{country.node}: {text.decode(errors='replace')}"
            raise StandError(msg)


def _answers(port: int, path: str) -> bool:
    try:
        return _request(port, "GET", path)[0] == http.client.OK
    except OSError:
        return False


def _request(port: int, method: str, path: str, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def _demand_free(country: Country) -> None:
    ports = country.ports
    for port in (ports.client, ports.peer, ports.control, ports.directory, ports.registry, ports.stamps):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                msg = f"port {port} is taken; stop what uses it, or choose others: make run ARGS='--first-port 28000'"
                raise StandError(msg) from None


def _shown(path: Path) -> str:
    """Return `path` as short as it can be written from here."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
