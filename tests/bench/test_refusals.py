"""What makes a run of the benchmark fail: wrong answers, handshakes, a journal in memory, records that are missing."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from kopir.bridge.core import EMPTY_HEADER_DIGEST
from kopir.bridge.journal import IndexKey, Journal
from kopir.wire import cbor
from kopir.wire import record as records
from kopir.wire.record import Kind, Record

BENCH = Path(__file__).parents[2] / "bench"
NODE = "TJ/GOV/DIGITAL/node1"
VALUES = {
    "requests": 500, "duration_us": 1_000_000, "connect": 0, "read": 0, "write": 0, "status": 0, "timeout": 0,
    "p50_us": 800, "p99_us": 2500, "max_us": 9000,
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def modules():
    """The benchmark's modules, found as its script finds them: in its own folder."""
    before = set(sys.modules)
    sys.path.insert(0, str(BENCH))
    try:
        import checks
        import load

        yield {"checks": checks, "load": load}
    finally:
        sys.path.remove(str(BENCH))
        for name in {"checks", "load", "relay", "report", "stand"} - before:
            sys.modules.pop(name, None)


def _wrk(folder: Path, **changed: int) -> str:
    """A load generator that prints what it is told to."""
    script = folder / "wrk"
    script.write_text(f"#!/bin/sh\necho noise\necho '{json.dumps(VALUES | changed)}'\n", encoding="utf-8")
    script.chmod(0o755)
    return str(script)


def _target(load, handshakes=(3, 3), wrong=(0, 0)):
    return load.Target("nodes", 1, "", (), iter(handshakes).__next__, iter(wrong).__next__)


def _record(**changed):
    made = Record(
        kind=Kind.REQUEST,
        nonce=bytes(16),
        request_id=records.request_id_at(1_790_000_000_000, bytes(16)),
        message_id="TJ-1",
        from_node=NODE,
        to_node="KZ/GOV/DIGITAL/node1",
        client="TJ/GOV/DIGITAL/egov",
        service="KZ/GOV/STAT/registers/regions",
        method="GET",
        target="/data/small",
        status=None,
        header_digest=EMPTY_HEADER_DIGEST,
        media_type=None,
        body_length=0,
        body_digest=EMPTY_HEADER_DIGEST,
        instant_ms=1_790_000_000_000,
        user=None,
        represented_party=None,
        issue=None,
        purpose=None,
        legal_basis=None,
        subject_digest=None,
        head_size=0,
        head_root=EMPTY_HEADER_DIGEST,
        request_leaf=None,
        reason=None,
    )
    return made._replace(**changed)


ANSWER = {"kind": Kind.RESPONSE, "status": 200, "request_leaf": bytes(32)}


def _journal(folder: Path, *made: Record) -> Path:
    async def fill() -> None:
        journal = Journal.open(folder, node=NODE, exponent=2)
        for one in made:
            entry = cbor.encode([1, 0, records.encode(one), b""])
            await journal.append(entry, IndexKey(one.request_id, one.message_id, 0, int(one.kind))).group.durable
        await journal.append(cbor.encode([3, "TJ", 1, bytes(32)]), None).group.durable
        await journal.close()

    asyncio.run(fill())
    return folder


def test_a_good_run_is_measured(modules, tmp_path):
    run = modules["load"].measure(_wrk(tmp_path), _target(modules["load"]), "/data/small", 32, 1)
    assert (run.per_s, run.p50_ms, run.p99_ms) == (500.0, 0.8, 2.5)


def test_a_request_and_an_answer_of_each_exchange_are_counted_in_every_segment(modules, tmp_path):
    other = records.request_id_at(1_790_000_000_000, b"\xff" * 16)
    made = [_record(), _record(**ANSWER), _record(request_id=other), _record(request_id=other, **ANSWER)]
    counted = modules["checks"].count_records(_journal(tmp_path, *made))
    assert counted == {_record().request_id: 2, other: 2}


def test_without_wrk_and_nginx_it_says_what_to_install(tmp_path):
    done = subprocess.run(
        [sys.executable, str(BENCH / "bridge.py")],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "sudo apt-get install" in done.stderr
    assert "wrk" in done.stderr


@pytest.mark.parametrize("name", ["connect", "read", "write", "status", "timeout"])
def test_a_failed_request_is_not_counted_away(modules, tmp_path, name):
    load = modules["load"]
    with pytest.raises(load.BenchError, match="1 failed or refused requests"):
        load.measure(_wrk(tmp_path, **{name: 1}), _target(load), "/data/small", 32, 1)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ({"handshakes": (3, 4)}, "1 TLS handshakes during the measured time"),
        ({"wrong": (0, 2)}, "2 answers other than 200"),
    ],
)
def test_handshakes_and_wrong_answers_fail_the_run(modules, tmp_path, target, words):
    load = modules["load"]
    with pytest.raises(load.BenchError, match=words):
        load.measure(_wrk(tmp_path), _target(load, **target), "/data/small", 32, 1)


def test_a_run_without_answers_fails(modules, tmp_path):
    load = modules["load"]
    with pytest.raises(load.BenchError, match="no answer at all"):
        load.measure(_wrk(tmp_path, requests=0), _target(load), "/data/small", 32, 1)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        ([{}, {}], "twice"),
        ([{}, ANSWER | {"status": 500}], "status 500"),
        ([{}, ANSWER | {"kind": Kind.REFUSAL, "reason": "Server.ServerProxy.AccessDenied"}], "REFUSAL"),
        ([{}, ANSWER | {"kind": Kind.UNANSWERED, "status": None, "reason": "NetworkError"}], "UNANSWERED"),
    ],
)
def test_what_is_no_request_and_its_200_is_named(modules, tmp_path, made, words):
    checks = modules["checks"]
    with pytest.raises(checks.BenchError, match=words):
        checks.count_records(_journal(tmp_path, *(_record(**changed) for changed in made)))


def test_an_exchange_without_its_answer_is_one_record(modules, tmp_path):
    assert list(modules["checks"].count_records(_journal(tmp_path, _record())).values()) == [1]


def test_a_journal_in_memory_is_refused(modules, monkeypatch, tmp_path):
    checks = modules["checks"]
    monkeypatch.setattr(checks, "filesystem_of", lambda _: ("tmpfs", "0:1"))
    with pytest.raises(checks.BenchError, match="lies on tmpfs"):
        checks.refuse_memory(tmp_path)
