"""Our two nodes, everything on, against a plain nginx relay that signs and keeps nothing, on the same cores in one go.

`make bench`, or `.venv/bin/python bench/bridge.py [--json] [--seconds 9]`; needs Debian's `wrk` and `nginx`. What is
measured and what makes a run fail: `docs/why/performance.md`. The last line of `--json` is one object for programs.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import os
import platform
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import report
from checks import check_evidence, check_journals, journal_bytes, refuse_memory
from load import Target, fetch_large, fill, measure, send_large, warm_up
from report import Large, Machine, Point, Result, Run
from stand import BenchError, Stand, filesystem_of

HOME = Path(__file__).resolve().parent
CONNECTIONS = (1, 32, 128)
ANSWERS = ((report.SMALL, "/data/small"), (report.MEDIUM, "/data/medium"))
ROUNDS = 3
LARGE_ROUNDS = 3


def main() -> int:
    """Run the benchmark; exit status 0: measured, 1: it must not count, 2: it could not be run."""
    options = _options()
    programs = {name: shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin") for name in ("wrk", "nginx")}
    absent = [name for name, path in programs.items() if path is None]
    if absent:
        print(f"The benchmark needs {' and '.join(absent)}: sudo apt-get install {' '.join(absent)}", file=sys.stderr)
        return 2
    say = _quiet if options.json else _say
    folder = Path(options.folder).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix="run-", dir=folder))
    try:
        filesystem = refuse_memory(place)
        stand = Stand.of(place, options.first_port, options.node_program)
        with stand.stopping():
            result = _Bench(stand, str(programs["wrk"]), str(programs["nginx"]), options, say).run(filesystem)
    except BenchError as error:
        print(f"The benchmark does not count: {error}\nLogs and journals are kept in {place}", file=sys.stderr)
        return 1
    if not options.keep:
        shutil.rmtree(place)
    if not options.no_record:
        _record(result)
    say("\n" + report.page(result))
    if options.json:
        print(json.dumps(result.summary()))
    return 0


class _Bench:
    """One run of everything."""

    def __init__(
        self, stand: Stand, wrk: str, nginx: str, options: argparse.Namespace, say: Callable[[str], None]
    ) -> None:
        seconds = options.seconds
        self._large_mb: int = options.large_mb
        self._stand = stand
        self._wrk = wrk
        self._nginx = nginx
        self._rounds = min(ROUNDS, seconds)
        self._seconds = max(1, seconds // ROUNDS)
        self._say = say
        self._least = self._most = 0
        headers = (
            ("X-Road-Client", stand.asking.client),
            ("Kopir-Purpose", "address%20of%20an%20applicant"),
            ("Accept", "application/json"),
        )
        relay = stand.relay
        self._relay = Target(
            "relay", relay.front_port, "", headers, lambda: relay.handshakes, lambda: relay.wrong_answers
        )
        # What the nodes answered is in their journals, and counted there.
        self._nodes = Target(
            "nodes", stand.asking.ports.client, f"/r1/{stand.asked.service}", headers, stand.handshakes, lambda: 0
        )

    def run(self, filesystem: str) -> Result:
        """Measure, then check that it may count."""
        stand, say = self._stand, self._say
        stand.build(self._large_mb << 20)
        machine = _machine(stand.folder, filesystem)
        stand.start_relay(self._nginx)
        start_s = stand.start_nodes()
        say(f"started in {start_s:.2f} s; {len(CONNECTIONS) * len(ANSWERS)} loads, {self._rounds} rounds each")
        fill(self._wrk, self._relay, 4 * max(CONNECTIONS))
        points = tuple(self._point(size, path, count) for size, path in ANSWERS for count in CONNECTIONS)
        rss_mb = stand.rss_mb(peak=True)
        large = self._large()
        rss_large_mb = stand.rss_mb(peak=True)
        say("checking the evidence and the journals")
        stand.stop_nodes()
        ids, records = check_journals(stand, self._least, self._most)
        sizes = [journal_bytes(country) for country in (stand.asking, stand.asked)]
        restart_s = stand.start_nodes()
        checked = check_evidence(stand, ids, seed=random.randrange(1 << 32))
        return Result(
            at=dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%MZ"),
            machine=machine,
            points=points,
            large=large,
            rss_mb=rss_mb,
            rss_large_mb=rss_large_mb,
            start_s=start_s,
            restart_s=restart_s,
            exchanges=len(ids),
            records=records,
            journal_bytes=sizes,
            evidence_checked=checked,
        )

    def _point(self, size: str, path: str, connections: int) -> Point:
        """Measure relay and nodes by turns, so that a noisy machine is as noisy to the one as to the other."""
        runs: dict[str, list[Run]] = {"relay": [], "nodes": []}
        for target in (self._relay, self._nodes):
            self._warm_up(target, connections)
        before = self._stand.cpu_s()
        for _ in range(self._rounds):
            for target in (self._relay, self._nodes):
                run = measure(self._wrk, target, path, connections, self._seconds)
                runs[target.name].append(run)
                self._count(target, run.requests, connections)
            self._stand.check()
        answers = sum(run.requests for run in runs["nodes"])
        spent = (after - begun for begun, after in zip(before, self._stand.cpu_s(), strict=True))
        cpu_us = tuple(seconds * 1e6 / answers for seconds in spent)
        point = Point(size, connections, tuple(runs["relay"]), tuple(runs["nodes"]), cpu_us)
        self._say(report.line(point))
        return point

    def _large(self) -> tuple[Large, ...]:
        file = self._stand.relay.folder / "answers" / "data" / "large"
        digest = hashlib.sha256(file.read_bytes()).digest()
        times: dict[tuple[str, str], list[float]] = {}
        for _ in range(LARGE_ROUNDS):
            for target in (self._relay, self._nodes):
                times.setdefault(("POST", target.name), []).append(send_large(target, file))
                times.setdefault(("GET", target.name), []).append(fetch_large(target, digest))
                self._count(target, 2, 0)
        return tuple(
            Large(way, self._large_mb, tuple(times[way, "relay"]), tuple(times[way, "nodes"]))
            for way in ("POST", "GET")
        )

    def _warm_up(self, target: Target, connections: int) -> None:
        answers, presses = warm_up(self._wrk, target, connections)
        self._count(target, answers, presses * connections)

    def _count(self, target: Target, answers: int, unfinished: int) -> None:
        """Note how many exchanges there must be at least, and at most if those cut off at the end were carried out."""
        if target is self._nodes:
            self._least += answers
            self._most += answers + unfinished


def _machine(folder: Path, filesystem: str) -> Machine:
    _, device = filesystem_of(folder)
    busy = _busy_ticks()
    time.sleep(1)
    return Machine(
        cores=len(os.sched_getaffinity(0)),
        busy_percent=report.busy_percent(busy, _busy_ticks()),
        cpu=report.cpu_model(Path("/proc/cpuinfo").read_text(encoding="utf-8")),
        memory_mb=report.memory_mb(Path("/proc/meminfo").read_text(encoding="utf-8")),
        kernel=platform.release(),
        python=platform.python_version(),
        filesystem=filesystem,
        disk=_disk_kind(device),
        sync_us=_time_sync(folder / "sync"),
    )


def _disk_kind(device: str) -> str:
    """Say what kind of disk a device number (`8:1`) belongs to; a partition asks the disk that it is part of."""
    own = Path(f"/sys/dev/block/{device}")
    for place in (own, own.resolve().parent):
        try:
            spins = (place / "queue" / "rotational").read_text(encoding="ascii").strip() == "1"
        except OSError:
            continue
        driver = "virtual disk" if place.resolve().name.startswith(("vd", "xvd")) else "disk"
        return f"a {driver} that {'says it turns' if spins else 'does not turn'}"
    return "a disk of unknown kind"


def _busy_ticks() -> str:
    return Path("/proc/stat").read_text(encoding="ascii")


def _time_sync(path: Path, count: int = 200) -> float:
    times = []
    with path.open("ab", buffering=0) as file:
        for _ in range(count):
            begun = time.perf_counter()
            file.write(bytes(4096))
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - begun)
    path.unlink()
    return statistics.median(times) * 1e6


def _record(result: Result) -> None:
    folder = HOME / "results"
    folder.mkdir(exist_ok=True)
    name = f"bridge-{result.at.replace(':', '')}-{result.machine.cores}-cores"
    (folder / f"{name}.json").write_text(json.dumps(result.summary(), indent=2) + "\n", encoding="utf-8")
    (folder / f"{name}.md").write_text(report.page(result), encoding="utf-8")


def _say(text: str) -> None:
    print(text, flush=True)


def _quiet(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Our two nodes against a plain nginx relay on the same cores.")
    parser.add_argument("--seconds", type=int, default=9, help="of each load, in rounds by turns (default 9)")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line, the rest to stderr")
    parser.add_argument("--folder", default=HOME.parent / "var" / "bench", help="for the state; not on tmpfs")
    parser.add_argument("--first-port", type=int, default=29100, help="of 15 in a row")
    parser.add_argument("--node-program", type=Path, help="Python file that runs a node, for profilers")
    parser.add_argument("--large-mb", type=int, default=64, help="size of the large bodies (default 64)")
    parser.add_argument("--keep", action="store_true", help="keep journals, keys and logs of the run")
    parser.add_argument("--no-record", action="store_true", help="write nothing to bench/results/")
    options = parser.parse_args()
    if options.seconds < 1:
        parser.error("--seconds is at least 1")
    return options


if __name__ == "__main__":
    sys.exit(main())
