"""The figures of the benchmark: medians, ratios, the object for programs, the page, and the goals that were missed."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

BENCH = Path(__file__).parents[2] / "bench"


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"bench_{name}", BENCH / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


report = _load("report")


def _runs(*rates, p50_ms=2.0):
    return tuple(report.Run(requests=rate * 2, seconds=2.0, errors=0, p50_ms=p50_ms, p99_ms=9.0) for rate in rates)


def _result(*, nodes=(1900, 2000, 5000), relay=(10_000, 10_000, 11_000), p50_ms=2.0, rss_mb=(60.0, 70.0), start_s=0.5):
    points = tuple(
        report.Point(size, connections, _runs(*relay), _runs(*nodes, p50_ms=p50_ms), (300.0, 310.0))
        for size in (report.SMALL, report.MEDIUM)
        for connections in (1, 32, 128)
    )
    machine = report.Machine(2, 3.0, "A Processor", 8000, "6.1.0", "3.11.7", "ext4", "a disk that does not turn", 260.4)
    large = (report.Large("POST", 64, (0.5, 0.4, 0.6), (1.0, 0.8, 2.0)),)
    return report.Result(
        at="2026-01-31T12:00Z",
        machine=machine,
        points=points,
        large=large,
        rss_mb=list(rss_mb),
        rss_large_mb=[80.0, 90.0],
        start_s=start_s,
        restart_s=0.6,
        exchanges=1000,
        records=2000,
        journal_bytes=[1_400_000, 1_500_000],
        evidence_checked=100,
    )


def test_the_ratio_is_that_of_the_medians():
    assert _result().point(report.SMALL, 32).ratio == pytest.approx(0.2)


def test_programs_find_every_key_and_can_read_it_as_json():
    found = json.loads(json.dumps(_result().summary()))
    assert found["ratio_c32"] == found["ratio_c128"] == found["ratio_c32_10kb"] == 0.2
    assert found["baseline_per_s_c32"] == 10_000
    assert found["exchanges_per_s_c32"] == found["exchanges_per_s_c128"] == 2000
    assert (found["p50_ms_c1"], found["p99_ms_c1"]) == (2.0, 9.0)
    assert (found["rss_mb"], found["start_s"]) == ([60.0, 70.0], 0.5)
    assert (found["exchanges"], found["records"], found["verified"]) == (1000, 2000, True)
    assert found["journal_bytes_per_exchange"] == [1400.0, 1500.0]
    assert found["machine"]["cores"] == 2


def test_the_page_names_date_and_machine_and_has_a_row_for_each_point():
    page = report.page(_result())
    assert page.startswith("# Bridge, 2026-01-31T12:00Z\n2 cores of A Processor, 8000 MB, Linux 6.1.0")
    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert len(rows) == 2 + 6
    assert len({line.count("|") for line in rows}) == 1
    assert "relay 128 MB/s, nodes 64 MB/s" in page
    assert "All goals reached." in page


def test_the_processor_and_the_memory_are_read_from_what_the_kernel_says():
    assert report.cpu_model("processor : 0\nmodel name\t: A Processor 9\nflags : fpu\n") == "A Processor 9"
    assert report.cpu_model("") == "an unknown processor"
    assert report.memory_mb("MemTotal:       2048000 kB\nMemFree: 1 kB\n") == 2000


def test_how_busy_the_machine_was_is_the_time_that_was_not_idle():
    before, after = "cpu  100 0 100 800 0 0 0 0 0 0\ncpu0 1\n", "cpu  120 0 110 860 10 0 0 0 0 0\ncpu0 2\n"
    assert report.busy_percent(before, after) == 30.0
    assert report.busy_percent(before, before) == 0.0


@pytest.mark.parametrize(
    ("changed", "missed"),
    [
        ({}, []),
        ({"nodes": (990, 990, 990)}, ["ratio_c32 is 0.099", "ratio_c128 is 0.099"]),
        ({"nodes": (1499, 1499, 1499)}, ["ratio_c128 is 0.1499"]),
        ({"nodes": (1500, 1500, 1500)}, []),
        ({"p50_ms": 3.0}, ["p50_ms_c1 is 3"]),
        ({"rss_mb": (60.0, 120.0)}, ["a node takes 120 MB"]),
        ({"start_s": 2.0}, ["the start takes 2.00 s"]),
    ],
)
def test_goals_that_were_just_missed_are_named(changed, missed):
    found = report.missed(_result(**changed))
    assert len(found) == len(missed)
    assert all(sentence.startswith(begin) for sentence, begin in zip(found, missed, strict=True))
    assert ("Not reached" in report.page(_result(**changed))) == bool(missed)


def test_an_answerless_relay_divides_nothing_by_zero():
    assert _result(relay=(0, 0, 0)).point(report.SMALL, 1).ratio == 0.0
    assert report.Run(requests=0, seconds=0.0, errors=0, p50_ms=0.0, p99_ms=0.0).per_s == 0.0


def test_a_point_that_was_not_measured_is_not_made_up():
    with pytest.raises(KeyError):
        _result().point(report.SMALL, 64)
