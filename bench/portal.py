"""What pages of the portal cost: time to answer, queries, bytes of a first view. A portal is made, seeded and asked.

`.venv/bin/python bench/portal.py [--turns 200] [--no-record]`. One caller asks one page after another on one kept
connection, so that a time is the work of the page and not the waiting of a queue. The goals: docs/why/performance.md.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gzip
import http.client
import os
import platform
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urljoin

HOME = Path(__file__).resolve().parent
PAGES = {
    "home, Kazakh": "/kk/",
    "home, English": "/en/",
    "a ministry": "/kk/bodies/ministry-of-education/",
    "days off": "/kk/calendar/",
    "sign-in": "/kk/account/sign-in/",
    "design": "/kk/design/",
}
GOAL_MS, GOAL_BYTES = 40.0, 100 * 1024
START_S = 30


def main() -> int:
    """Measure; exit status 1 if a goal is missed."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="kopir-bench-") as folder:
        port = _free_port()
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("KOPIR_") and name != "DATABASE_URL"
        }
        environment |= {
            "KOPIR_COUNTRY": "kz",
            "KOPIR_ADDRESS": f"http://kz.localhost:{port}",
            "KOPIR_LISTEN": f"127.0.0.1:{port}",
            "KOPIR_FOLDER": folder,
            "KOPIR_SECRET_KEY": "a key of this run alone, which is over when its figures are printed",
            "KOPIR_LOG_LEVEL": "error",
        }
        kopir = [sys.executable, "-m", "kopir.bridge.cli.main"]
        for command in (["migrate", "-v0"], ["load_pack"], ["collectstatic", "--noinput", "-v0"]):
            subprocess.run([*kopir, "manage", *command], env=environment, check=True, stdout=subprocess.DEVNULL)
        server = subprocess.Popen([*kopir, "portal"], env=environment)
        try:
            connection = _connect(port)
            lines = [
                _measure(connection, f"kz.localhost:{port}", name, path, options.turns) for name, path in PAGES.items()
            ]
            weight = _weigh(connection, f"kz.localhost:{port}", "/kk/")
        finally:
            server.terminate()
            server.wait()
    text = _page(lines, weight)
    print(text)
    if not options.no_record:
        (HOME / "results" / f"portal-{dt.datetime.now(dt.UTC):%Y-%m-%d}.md").write_text(text, encoding="utf-8")
    return int(weight > GOAL_BYTES or any(p50 > GOAL_MS for _, p50, _, _ in lines))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--turns", type=int, default=200, help="how often each page is asked for (default 200)")
    parser.add_argument("--no-record", action="store_true", help="write nothing to bench/results/")
    return parser.parse_args()


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


def _get(connection: http.client.HTTPConnection, host: str, path: str) -> tuple[bytes, str]:
    """The body as it came over the line, and its coding."""
    connection.request("GET", path, headers={"Host": host, "Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise SystemExit(f"{path}: status {answer.status}")
    return body, answer.getheader("Content-Encoding", "")


def _measure(
    connection: http.client.HTTPConnection, host: str, name: str, path: str, turns: int
) -> tuple[str, float, float, int]:
    for _ in range(10):
        _get(connection, host, path)
    body, _ = _get(connection, host, path)
    times = []
    for _ in range(turns):
        begun = time.perf_counter()
        _get(connection, host, path)
        times.append((time.perf_counter() - begun) * 1000)
    times.sort()
    return name, statistics.median(times), times[int(len(times) * 0.95)], len(body)


def _weigh(connection: http.client.HTTPConnection, host: str, path: str) -> int:
    """Bytes of a page, its stylesheets and scripts, and all fonts that they name, as they come over the line."""
    body, coding = _get(connection, host, path)
    html = (gzip.decompress(body) if coding == "gzip" else body).decode()
    total = len(body)
    sources = re.findall(r'<link[^>]+rel="stylesheet"[^>]+href="([^"]+)"|<script[^>]+src="([^"]+)"', html)
    for address in {one or two for one, two in sources}:
        part, coding = _get(connection, host, address)
        total += len(part)
        if address.partition("?")[0].endswith(".css"):
            text = (gzip.decompress(part) if coding == "gzip" else part).decode()
            for font in set(re.findall(r"url\(\"?([^)\"]+\.woff2)\"?\)", text)):
                total += len(_get(connection, host, urljoin(address, font))[0])
    return total


def _page(lines: list[tuple[str, float, float, int]], weight: int) -> str:
    at = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%MZ")
    rows = "\n".join(f"| {name} | {p50:.1f} | {p95:.1f} | {size / 1024:.1f} |" for name, p50, p95, size in lines)
    return (
        f"# Portal, {at}\n{os.cpu_count()} cores, Python {platform.python_version()}, SQLite, one process\n\n"
        f"| page | p50 ms | p95 ms | KB on the line |\n|---|---:|---:|---:|\n{rows}\n\n"
        f"First view of the Kazakh home page with stylesheet, script and all four fonts: {weight / 1024:.1f} KB.\n"
    )


if __name__ == "__main__":
    sys.exit(main())
