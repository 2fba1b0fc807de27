"""The play on the stand: one exchange before the user's eyes, step by step, then lines to paste for the next ones."""

from __future__ import annotations

import http.client
import json
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kopir.demo import portals
from kopir.demo.processes import Programs
from kopir.demo.stand import Stand, StandError, forget, held, request, shown
from kopir.demo.territory import load_territory

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from types import FrameType

    from kopir.demo.country import Country

REPUBLISH_S: Final = 3600.0
ALMATY: Final = "750000000"


def run(options: argparse.Namespace) -> int:
    """Set up, start, perform, and keep running until Ctrl-C.

    Raises:
        StandError, ProgramError: it could not be done; whatever was started is stopped.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    folder = Path(options.folder).absolute()
    stand = Stand.of(folder, options.countries, options.first_port)
    stand.demand_free_ports()
    with held(folder) as lock:
        if options.fresh:
            forget(folder)
        names = " and ".join(country.instance for country in stand.countries)
        _say(f"Setting up {names}: own authority, keys, directory and journal for each. Not for production.")
        stand.build()
        return _perform(stand, lock, once=options.once, has_portals=not (options.once or options.bridge_only))


def _perform(stand: Stand, lock: int, *, once: bool, has_portals: bool) -> int:
    with Programs(stand.folder / "log", inherited=(lock,)) as programs:
        try:
            if has_portals:
                portals.begin(stand, programs)
            stand.start(programs)
            play(stand, programs, _say)
            if not once:
                _say(hints(stand))
                if has_portals:
                    _say("\nOpening the portals; the first time that takes some seconds …")
                    portals.open_all(stand, programs)
                    _say(portals.welcome(stand))
                _say(f"\nStop with Ctrl-C. State and logs are kept in {shown(stand.folder)}.")
                _keep_running(stand, programs)
        except KeyboardInterrupt:
            _say("\nStopping.")
            return 130 if once else 0
    return 0


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
    rest = f"/regions/{_example_code(provider)}"
    say(f"\n1. {consumer.client} asks the register {provider.service}: GET {rest}")
    started = time.perf_counter()
    status, headers, body = ask(consumer, provider.service, rest)
    took_ms = (time.perf_counter() - started) * 1000
    programs.check()
    if status != http.client.OK:
        msg = f"the answer is {status}: {body.decode(errors='replace')}; see {shown(programs.logs)}"
        raise StandError(msg)
    say(f"2. {consumer.node} signed the request for its member {consumer.owner} and wrote it to its journal")
    say(f"3. {provider.node} checked certificate, signature, replay and rights, wrote it down, asked the register,")
    say(f"   signed the answer for {provider.statistics} and wrote that down too")
    say(f"4. {consumer.node} proved the answer and returned it: {status}, {len(body)} bytes, {took_ms:.1f} ms in all\n")
    for name, value in json.loads(body).items():
        say(f"   {name:<12} {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}")
    request_id = headers["x-road-request-id"]
    evidence = stand.folder / "exchange.evidence"
    _save_evidence(consumer, request_id, evidence)
    say(f"\n5. The evidence of this exchange is {shown(evidence)}. Whoever holds both anchors can judge it offline:\n")
    arguments = ["evidence", "verify", shown(evidence)]
    for country in (consumer, provider):
        arguments += ["--anchor", shown(country.anchor)]
    say(f"   {shlex.join([shown(Path(sys.executable).with_name('kopir')), *arguments])}\n")
    command = [sys.executable, "-m", "kopir.bridge.cli.main", *arguments]
    verdict = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own command
    for line in (verdict.stdout + verdict.stderr).splitlines():
        say(f"   {line}")
    if verdict.returncode != 0:
        raise StandError(f"the evidence was not found stamped; see {shown(programs.logs)}")


def hints(stand: Stand) -> str:
    """Return the lines to paste for calling either node."""
    lines = ["\nThe nodes keep running. Ask them yourself, from another terminal:\n"]
    for asking, asked in zip(stand.countries, (*stand.countries[1:], stand.countries[0]), strict=True):
        target = f"{asking.address}/r1/{asked.service}/regions/{_example_code(asked)}"
        lines.append(f"   curl -w '\\n' -H 'X-Road-Client: {asking.client}' {target}\n")
    return "\n".join(lines).rstrip()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """Treat a closed terminal and a polite kill as Ctrl-C: children are in sessions of their own and would stay."""
    raise KeyboardInterrupt


def _say(text: str) -> None:
    print(text, flush=True)


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
    request(country.ports.control, "POST", "/stamp")
    status, data = request(
        country.ports.client, "GET", f"/evidence?id={request_id}", headers={"X-Road-Client": country.client}
    )
    if status != http.client.OK:
        msg = f"no evidence of {request_id}: {data.decode(errors='replace')}"
        raise StandError(msg)
    path.write_bytes(data)


def _example_code(country: Country) -> str:
    """Return a code of the country's register: Almaty where it is, else its first region."""
    places = load_territory(country.instance.lower()).places
    return ALMATY if ALMATY in places else next(iter(places))
