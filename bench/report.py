"""What a benchmark found, in figures: as one JSON object, a table and a page. Pure: no clock, no files, no programs."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from statistics import median

SMALL = "100 B"
MEDIUM = "10 KB"
TARGETS = (("ratio_c32", 0.10, "at least"), ("ratio_c128", 0.15, "at least"), ("p50_ms_c1", 3.0, "under"))
RSS_TARGET_MB = 120
START_TARGET_S = 2.0
COLUMNS = [
    "answer",
    "connections",
    "relay/s",
    "nodes/s",
    "ratio",
    "p50 ms",
    "p99 ms",
    "relay p50",
    "relay p99",
    "nodes' CPU µs",
]


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the load generator."""

    requests: int
    seconds: float
    errors: int
    p50_ms: float
    p99_ms: float

    @property
    def per_s(self) -> float:
        """Answers in a second."""
        return self.requests / self.seconds if self.seconds else 0.0


@dataclass(frozen=True, slots=True)
class Point:
    """All rounds at one size of answer and one number of connections, relay and nodes by turns."""

    size: str
    connections: int
    relay: tuple[Run, ...]
    nodes: tuple[Run, ...]
    cpu_us: tuple[float, ...]
    """Processor time of each node for one exchange: it says less about who else uses the machine than a rate does."""

    @property
    def ratio(self) -> float:
        """Median rate of the nodes over median rate of the relay."""
        base = rate(self.relay)
        return rate(self.nodes) / base if base else 0.0


@dataclass(frozen=True, slots=True)
class Large:
    """Bodies of `megabytes` one after another in one direction; the seconds that each took."""

    direction: str
    megabytes: int
    relay_s: tuple[float, ...]
    nodes_s: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Machine:
    """On what it was measured; nothing that tells where."""

    cores: int
    busy_percent: float
    """How busy the processors were with other work just before."""
    cpu: str
    memory_mb: int
    kernel: str
    python: str
    filesystem: str
    disk: str
    sync_us: float
    """Median of an append of 4 KB with fdatasync."""


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that one run of the benchmark found. Lists have the asking node first."""

    at: str
    """UTC, `2026-01-31T12:00Z`."""
    machine: Machine
    points: tuple[Point, ...]
    large: tuple[Large, ...]
    rss_mb: list[float]
    """Highest resident memory over all loads but the large bodies."""
    rss_large_mb: list[float]
    """The same, large bodies included."""
    start_s: float
    restart_s: float
    """With the journal of the whole run behind it."""
    exchanges: int
    records: int
    """In each of the two journals."""
    journal_bytes: list[int]
    evidence_checked: int
    """Evidence files that were drawn and held."""

    def point(self, size: str, connections: int) -> Point:
        """Return one point; raises KeyError."""
        for point in self.points:
            if (point.size, point.connections) == (size, connections):
                return point
        raise KeyError((size, connections))

    def summary(self) -> dict[str, object]:
        """Return the object that programs read: flat, for the small answer unless its key says otherwise."""
        found: dict[str, object] = {}
        for size, suffix in ((SMALL, ""), (MEDIUM, "_10kb")):
            for point in self.points:
                if point.size == size:
                    key = f"c{point.connections}{suffix}"
                    found[f"ratio_{key}"] = round(point.ratio, 4)
                    found[f"baseline_per_s_{key}"] = round(rate(point.relay), 1)
                    found[f"exchanges_per_s_{key}"] = round(rate(point.nodes), 1)
                    found[f"p50_ms_{key}"] = round(median(run.p50_ms for run in point.nodes), 3)
                    found[f"p99_ms_{key}"] = round(median(run.p99_ms for run in point.nodes), 3)
                    found[f"cpu_us_{key}"] = [round(value) for value in point.cpu_us]
        return found | {
            "rss_mb": self.rss_mb,
            "rss_large_mb": self.rss_large_mb,
            "start_s": round(self.start_s, 3),
            "restart_s": round(self.restart_s, 3),
            "exchanges": self.exchanges,
            "records": self.records,
            "journal_bytes_per_exchange": self.bytes_per_exchange,
            "verified": True,
            "evidence_checked": self.evidence_checked,
            "at": self.at,
            "machine": asdict(self.machine),
        }

    @property
    def bytes_per_exchange(self) -> list[float]:
        """Size of each journal with its index, by exchange."""
        return [round(size / max(1, self.exchanges), 1) for size in self.journal_bytes]


def rate(runs: tuple[Run, ...]) -> float:
    """Return the median of answers per second."""
    return median(run.per_s for run in runs)


def line(point: Point) -> str:
    """Return a point in one line, to be watched."""
    return (
        f"{point.size:>6} {point.connections:4}: relay {rate(point.relay):8,.0f}/s  nodes {rate(point.nodes):7,.0f}/s"
        f"  ratio {point.ratio:.3f}  p50 {median(run.p50_ms for run in point.nodes):.2f} ms"
        f"  CPU {' + '.join(f'{value:.0f}' for value in point.cpu_us)} µs"
    )


def table(result: Result) -> str:
    """Return the figures as a Markdown table and the lines below it; also good to read on a terminal."""
    rows = [tuple(COLUMNS), *(_row(point) for point in result.points)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    cells = [[cell.rjust(width) for cell, width in zip(row, widths, strict=True)] for row in rows]
    lines = [f"| {' | '.join(row)} |" for row in cells]
    lines.insert(1, "|" + "|".join("-" * (width + 1) + ":" for width in widths) + "|")
    lines.append("")
    lines += [_large_line(one) for one in result.large]
    lines += [
        f"- resident memory of the nodes: {_both(result.rss_mb)} MB; with large bodies {_both(result.rss_large_mb)} MB",
        f"- journal: {_both(result.bytes_per_exchange)} bytes per exchange",
        f"- start: {result.start_s:.2f} s; with {result.records} records in the journal {result.restart_s:.2f} s",
        f"- counted: {result.exchanges} exchanges, {result.records} records in each journal",
        f"- verified: both journals, and {result.evidence_checked} evidence files drawn by chance",
    ]
    return "\n".join(lines)


def missed(result: Result) -> list[str]:
    """Return the goals that were not reached, one sentence each."""
    found = []
    summary = result.summary()
    for key, goal, word in TARGETS:
        value = summary[key]
        assert isinstance(value, float)
        if (value < goal) if word == "at least" else (value >= goal):
            found.append(f"{key} is {value:g}, to be {word} {goal:g}")
    if max(result.rss_mb) >= RSS_TARGET_MB:
        found.append(f"a node takes {max(result.rss_mb):g} MB, to be under {RSS_TARGET_MB}")
    if result.start_s >= START_TARGET_S:
        found.append(f"the start takes {result.start_s:.2f} s, to be under {START_TARGET_S:g}")
    return found


def page(result: Result) -> str:
    """Return the record that is kept: date, machine, figures."""
    machine = result.machine
    shape = (
        f"{machine.cores} cores of {machine.cpu}, {machine.memory_mb} MB, Linux {machine.kernel}, "
        f"Python {machine.python}, {machine.filesystem} on {machine.disk}; an append of 4 KB with fdatasync took "
        f"{machine.sync_us:.0f} µs; the processors were {machine.busy_percent:.0f} % busy with other work before"
    )
    goals = missed(result)
    verdict = "All goals reached." if not goals else "Not reached: " + "; ".join(goals) + "."
    return f"# Bridge, {result.at}\n{shape}\n\n{table(result)}\n\n{verdict}\n"


def cpu_model(cpuinfo: str) -> str:
    """Return the name of the processor in the text of /proc/cpuinfo."""
    found = re.search(r"^(?:model name|Model|Hardware)\s*:\s*(.+)$", cpuinfo, re.MULTILINE)
    return found[1].strip() if found else "an unknown processor"


def busy_percent(before: str, after: str) -> float:
    """Return how much of the time between two texts of /proc/stat the processors were not idle."""
    first, second = ([int(word) for word in text.split("\n", 1)[0].split()[1:]] for text in (before, after))
    spent = [later - earlier for earlier, later in zip(first, second, strict=True)]
    idle = spent[3] + spent[4]  # idle, and waiting for a disk
    return round(100 * (1 - idle / sum(spent[:8])), 1) if sum(spent[:8]) else 0.0


def memory_mb(meminfo: str) -> int:
    """Return all memory in the text of /proc/meminfo."""
    found = re.search(r"^MemTotal:\s+(\d+) kB$", meminfo, re.MULTILINE)
    return int(found[1]) // 1024 if found else 0


def _row(point: Point) -> tuple[str, ...]:
    latencies = [
        f"{median(value):.2f}"
        for runs in (point.nodes, point.relay)
        for value in ([run.p50_ms for run in runs], [run.p99_ms for run in runs])
    ]
    rates = (f"{rate(point.relay):,.0f}", f"{rate(point.nodes):,.0f}", f"{point.ratio:.3f}")
    return (point.size, str(point.connections), *rates, *latencies, _both(list(point.cpu_us)))


def _large_line(large: Large) -> str:
    relay, nodes = (large.megabytes / median(times) for times in (large.relay_s, large.nodes_s))
    return f"- {large.direction} of {large.megabytes} MB: relay {relay:.0f} MB/s, nodes {nodes:.0f} MB/s"


def _both(values: list[float]) -> str:
    return " and ".join(f"{value:.0f}" for value in values)
