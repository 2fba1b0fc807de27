"""The page store against nginx: 2,000 pages of 200 sites by a Zipf law, gzip, the same headers, two workers each.

Both are asked in turn, in the same order, by the same load generator on the same cores. A run counts only if every
status was 200, the bytes that came are those of the pages that were asked for, and each page is what it should be.
"""

from __future__ import annotations

import contextlib
import gzip
import http.client
import itertools
import json
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pages_stub import HEADERS, list_addresses, make_body, tag_of

from kopir.edge import Purger, count_threads, read_metrics
from kopir.edge.store import RENDERS

HOME = Path(__file__).resolve().parent
WORKERS = 2
CONNECTIONS = 32
ROUNDS = 3
DRAWS = 200_000
LEAST_BYTES = 10_000
BYTES_OFF = 0.005
"""How far the bytes that came may be from those that were asked for: answers cut off at the end of a run."""
GOAL_RPS, GOAL_RATIO = 10_000, 0.5
START_S = 20.0


class PagesError(Exception):
    """The benchmark cannot go on, or must not count; the message says why."""


@dataclass(frozen=True)
class Run:
    """One press of the load generator."""

    rps: float
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True)
class Cached:
    """What was measured: medians of the rounds."""

    rps: float
    static_rps: float
    ratio: float
    p99_ms: float
    static_p99_ms: float
    publishing_p99_ms: float
    publishing_rps: float
    hit_ratio: float
    worker_mb: float
    pages_mb: float

    def lines(self) -> str:
        """For a reader."""
        rows = (
            ("page store", self.rps, self.p99_ms),
            ("nginx, pre-gzipped", self.static_rps, self.static_p99_ms),
            ("page store, a page published each second", self.publishing_rps, self.publishing_p99_ms),
        )
        table = "".join(f"| {name} | {rps:,.0f} | {p99_ms:.2f} |\n" for name, rps, p99_ms in rows)
        return (
            f"| | requests/s | p99 ms |\n|---|---:|---:|\n{table}\n"
            f"Ratio {self.ratio:.2f}. Hit ratio while pages are published {self.hit_ratio:.5f}. Memory of a worker "
            f"{self.worker_mb:.0f} MB, of which kept pages count {self.pages_mb:.1f} MB.\n"
        )


def measure(*, seconds: int = 4) -> Cached:
    """Measure for `seconds` in each round. Raises PagesError."""
    programs = {name: shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin") for name in ("wrk", "nginx")}
    absent = [name for name, path in programs.items() if path is None]
    if absent:
        raise PagesError(f"needs {' and '.join(absent)}: sudo apt-get install {' '.join(absent)}")
    with tempfile.TemporaryDirectory(prefix="kopir-pages-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # nginx changes its user where it may
        order = _write_requests(folder)
        with _nginx(folder, str(programs["nginx"])) as static, _granian(folder) as (store, main):
            return _measure(folder, str(programs["wrk"]), order, seconds, static, store, main)


def _measure(  # noqa: PLR0917 - the parts of one run
    folder: Path, wrk: str, order: list[int], seconds: int, static: int, store: int, main: int
) -> Cached:
    expected: dict[int, float] = {}
    for _ in range(4):  # each worker answers for each page at least once
        expected = {port: _check(port, order) for port in (static, store)}
    runs: dict[int, list[Run]] = {static: [], store: []}
    for port in runs:
        _press(wrk, folder, port, 1, expected[port])
    for _ in range(ROUNDS):
        for port, found in runs.items():
            found.append(_press(wrk, folder, port, seconds, expected[port]))
    (folder / "pages" / "slow").touch()
    time.sleep(1.1)
    _check_one(store, 0)
    before = read_metrics(folder / "pages")
    with _publishing(folder, store):
        publishing = [_press(wrk, folder, store, seconds, expected[store]) for _ in range(ROUNDS)]
    time.sleep(1.1)
    for _ in range(20):
        _check_one(store, 0)  # whoever answers tells what was counted
    told = read_metrics(folder / "pages")
    answered = {way: told[way] - before[way] for way in ("hits", "stale", "shared", "misses", "passed", "refused")}
    ratios = [mine.rps / theirs.rps for mine, theirs in zip(runs[store], runs[static], strict=True)]
    return Cached(
        rps=statistics.median(run.rps for run in runs[store]),
        static_rps=statistics.median(run.rps for run in runs[static]),
        ratio=statistics.median(ratios),
        p99_ms=statistics.median(run.p99_ms for run in runs[store]),
        static_p99_ms=statistics.median(run.p99_ms for run in runs[static]),
        publishing_p99_ms=statistics.median(run.p99_ms for run in publishing),
        publishing_rps=statistics.median(run.rps for run in publishing),
        hit_ratio=(answered["hits"] + answered["stale"]) / max(1, sum(answered.values())),
        worker_mb=_worker_mb(main),
        pages_mb=told["bytes"] / WORKERS / 2**20,
    )


def _write_requests(folder: Path) -> list[int]:
    """Lay down addresses, and the order in which they are asked for; numbers from 0."""
    addresses = list_addresses()
    (folder / "addresses").write_text("".join(f"{host} {path}\n" for host, path in addresses), "utf-8")
    ranks = list(range(len(addresses)))
    chance = random.Random(4)
    chance.shuffle(ranks)
    weights = list(itertools.accumulate(1 / (place + 1) for place in range(len(ranks))))
    order = chance.choices(ranks, cum_weights=weights, k=DRAWS)
    (folder / "order").write_text("".join(f"{number + 1}\n" for number in order), "utf-8")
    return order


@contextlib.contextmanager
def _nginx(folder: Path, program: str) -> Iterator[int]:
    """Nginx with the same pages as files; its port."""
    port = _free_port()
    for host, path in list_addresses():
        place = folder / "static" / host / f"{path.strip('/')}.html.gz"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(gzip.compress(make_body(host, path), 6, mtime=0))
    added = "\n".join(f'add_header {name} "{value}";' for name, value in HEADERS if name != "Content-Type")
    (folder / "nginx.conf").write_text(
        f"""worker_processes {WORKERS}; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log crit;
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; tcp_nopush on; tcp_nodelay on; keepalive_requests 100000000; server_tokens off;
  default_type "text/html; charset=utf-8"; types {{ }}
  open_file_cache max=5000 inactive=60s; open_file_cache_valid 60s;
  client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
  uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  server {{
    listen 127.0.0.1:{port}; gzip_static always; gzip_vary on; root {folder}/static/$host;
    {added}
    location / {{ rewrite ^(.+)/$ $1.html break; }}
  }}
}}
""",
        "utf-8",
    )
    with _running([program, "-p", str(folder), "-c", str(folder / "nginx.conf")], port, {}):
        yield port


@contextlib.contextmanager
def _granian(folder: Path) -> Iterator[tuple[int, int]]:
    """The page store as the portal runs it; its port and the id of its first process."""
    port = _free_port()
    (folder / "pages").mkdir()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--http", "1", "--no-ws"]
    command += ["--port", str(port), "--workers", str(WORKERS), "--blocking-threads", str(count_threads(RENDERS))]
    variables = {"KOPIR_BENCH_FOLDER": str(folder / "pages"), "PYTHONPATH": str(HOME)}
    with _running([*command, "pages_stub:application"], port, variables) as process:
        yield port, process.pid


@contextlib.contextmanager
def _running(command: list[str], port: int, variables: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, env=os.environ | variables, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + START_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                if time.monotonic() > deadline or process.poll() is not None:
                    raise PagesError(f"{command[0]} does not start") from None
                time.sleep(0.05)
        yield process
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def _publishing(folder: Path, port: int) -> Iterator[None]:
    """An editor who publishes once a second, one of the pages that are asked for most, while answers are looked at."""
    addresses, order = list_addresses(), (folder / "order").read_text("utf-8").split()[:2000]
    purger = Purger(folder / "pages")
    is_over = threading.Event()
    faults: list[str] = []

    def publish() -> None:
        chance = random.Random(5)
        while not is_over.wait(1.0):
            host, path = addresses[int(chance.choice(order)) - 1]
            purger.purge([tag_of(host, path)], hard=False)
            try:
                _check_one(port, addresses.index((host, path)))
            except PagesError as error:
                faults.append(str(error))

    thread = threading.Thread(target=publish)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()
    if faults:
        raise PagesError(faults[0])


def _press(wrk: str, folder: Path, port: int, seconds: int, expected_bytes: float) -> Run:
    command = [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "-s", str(HOME / "pages.lua")]
    command += [f"http://127.0.0.1:{port}", "--", str(folder / "addresses"), str(folder / "order")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds + 60)
    line = done.stdout.strip().rpartition("\n")[2]
    if done.returncode or not line.startswith("{"):
        raise PagesError(f"wrk failed: {done.stdout[-500:]}{done.stderr[-500:]}")
    told = json.loads(line)
    if told["errors"]:
        raise PagesError(f"{told['errors']} requests failed or were answered with another status than 200")
    came = told["bytes"] / told["requests"]
    if abs(came - expected_bytes) > BYTES_OFF * expected_bytes:
        raise PagesError(f"{came:.0f} bytes came for each request, of {expected_bytes:.0f}")
    return Run(told["requests"] / told["duration_us"] * 1e6, told["p50_us"] / 1e3, told["p99_us"] / 1e3)


def _check(port: int, order: list[int]) -> float:
    """Ask for every page once and look at it; the bytes of an answer, with its head, that the order asks for."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    sizes = [_look(connection, host, path) for host, path in list_addresses()]
    connection.close()
    return statistics.fmean(sizes[number] for number in order)


def _check_one(port: int, number: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    _look(connection, *list_addresses()[number])
    connection.close()


def _look(connection: http.client.HTTPConnection, host: str, path: str) -> int:
    """Ask for a page; its size on the line."""
    connection.request("GET", path, headers={"Host": host, "Accept-Encoding": "gzip, br"})
    answer = connection.getresponse()
    body = answer.read()
    head = sum(len(name) + len(value) + 4 for name, value in answer.getheaders())
    text = gzip.decompress(body) if answer.getheader("Content-Encoding") == "gzip" else b""
    if answer.status != 200 or len(text) < LEAST_BYTES or text != make_body(host, path):
        raise PagesError(f"{host}{path}: {answer.status}, {len(body)} bytes that are not the page")
    if {(name, answer.getheader(name)) for name, _ in HEADERS} != {*HEADERS}:
        raise PagesError(f"{host}{path}: other headers than {HEADERS}: {answer.getheaders()}")
    return len(f"HTTP/1.1 200 {answer.reason}\r\n\r\n") + head + len(body)


def _worker_mb(main: int) -> float:
    """The resident memory of the larger worker."""
    children = Path(f"/proc/{main}/task/{main}/children").read_text("ascii").split()
    texts = [Path(f"/proc/{pid}/status").read_text("ascii") for pid in children]
    found = [re.search(r"^VmRSS:\s+(\d+) kB", text, re.MULTILINE) for text in texts]
    return max(int(one[1]) / 1024 for one in found if one)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
