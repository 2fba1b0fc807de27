"""The load: wrk for many small exchanges, and one client of our own for large bodies both ways."""

from __future__ import annotations

import hashlib
import http.client
import json
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from report import Run
from stand import BenchError

SCRIPT = Path(__file__).with_name("load.lua")
PIECE_BYTES = 1 << 18


@dataclass(frozen=True, slots=True)
class Target:
    """Where the load goes: `base` is put before the path of what is asked for."""

    name: str
    port: int
    base: str
    headers: tuple[tuple[str, str], ...]
    handshakes: Callable[[], int]
    wrong_answers: Callable[[], int]


def press(wrk: str, target: Target, path: str, connections: int, seconds: int) -> Run:
    """Ask for `path` over and over for `seconds`; returns counts and latencies, whatever they are."""
    command = [wrk, "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", str(SCRIPT)]
    for name, value in target.headers:
        command += ["-H", f"{name}: {value}"]
    command.append(f"http://127.0.0.1:{target.port}{target.base}{path}")
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds + 60)
    line = done.stdout.strip().rpartition("\n")[2]
    if done.returncode or not line.startswith("{"):
        raise BenchError(f"wrk failed: {done.stdout[-500:]}{done.stderr[-500:]}")
    values = json.loads(line)
    return Run(
        requests=values["requests"],
        seconds=values["duration_us"] / 1e6,
        errors=sum(values[name] for name in ("connect", "read", "write", "status", "timeout")),
        p50_ms=values["p50_us"] / 1e3,
        p99_ms=values["p99_us"] / 1e3,
    )


def measure(wrk: str, target: Target, path: str, connections: int, seconds: int) -> Run:
    """Press, and refuse a run with an answer other than 200 or a TLS handshake in it.

    Raises:
        BenchError: naming what was wrong.
    """
    handshakes, wrong = target.handshakes(), target.wrong_answers()
    run = press(wrk, target, path, connections, seconds)
    found = {
        "failed or refused requests": run.errors,
        "answers other than 200": target.wrong_answers() - wrong,
        "TLS handshakes during the measured time": target.handshakes() - handshakes,
    }
    for what, count in found.items():
        if count:
            raise BenchError(f"{target.name}, {path}, {connections} connections: {count} {what}")
    if not run.requests:
        raise BenchError(f"{target.name}, {path}, {connections} connections: no answer at all")
    return run


def fill(wrk: str, target: Target, connections: int) -> None:
    """Have as many answers on their way at once as there will ever be connections, in each of two worker processes."""
    for _ in range(2):
        press(wrk, target, "/data/slow", connections, 2)


def warm_up(wrk: str, target: Target, connections: int) -> tuple[int, int]:
    """Press until a whole second passes without a TLS handshake; returns the answers that came, and the seconds."""
    answers = 0
    for seconds in range(1, 21):
        before = target.handshakes()
        answers += press(wrk, target, "/data/small", connections, 1).requests
        if target.handshakes() == before:
            return answers, seconds
    raise BenchError(f"{target.name} makes new TLS connections even after 20 seconds")


def send_large(target: Target, file: Path) -> float:
    """POST the file; return the seconds until the whole answer was there."""
    begun = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", target.port, timeout=120)
    try:
        with file.open("rb") as body:
            headers = dict(target.headers)
            headers |= {"Content-Length": str(file.stat().st_size), "Content-Type": "application/octet-stream"}
            connection.request("POST", f"{target.base}/data/take", body=body, headers=headers)
            answer = connection.getresponse()
            _demand(target, answer.status, answer.read() == b'{"taken":true}')
    finally:
        connection.close()
    return time.perf_counter() - begun


def fetch_large(target: Target, digest: bytes) -> float:
    """GET the large answer; return the seconds until all of it was there. Its SHA-256 must be `digest`."""
    begun = time.perf_counter()
    state = hashlib.sha256()
    connection = http.client.HTTPConnection("127.0.0.1", target.port, timeout=120)
    try:
        connection.request("GET", f"{target.base}/data/large", headers=dict(target.headers))
        answer = connection.getresponse()
        while piece := answer.read(PIECE_BYTES):
            state.update(piece)
        _demand(target, answer.status, state.digest() == digest)
    finally:
        connection.close()
    return time.perf_counter() - begun


def _demand(target: Target, status: int, is_right: bool) -> None:  # noqa: FBT001  # the two things to be demanded
    if status != 200 or not is_right:
        raise BenchError(f"{target.name}: a large body came back with {status}{'' if is_right else ', but not whole'}")
