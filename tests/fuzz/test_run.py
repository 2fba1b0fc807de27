"""The fuzzers: each runs and holds; a bug planted in what it is for is found, kept and told with how to repeat it."""

from __future__ import annotations

import importlib
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import pytest

from kopir.bridge.http_server import HttpConnection
from kopir.signing.algorithms import Verifier
from kopir.wire import cbor, names, peer, r1, receipt, record, rights
from kopir.wire.directory import content
from kopir.wire.errors import CallerError

FUZZ = Path(__file__).parents[2] / "fuzz"
NEVER = re.compile("(?!)")
PATIENCE_S = 300.0
"""Only so that a broken build ends; planted bugs are found within seconds of a processor."""

Plant = Callable[[pytest.MonkeyPatch], None]


def _targets() -> list[str]:
    return sorted(path.stem.removeprefix("fuzz_") for path in FUZZ.glob("fuzz_*.py"))


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module `run`, working on a copy of the corpus, and where targets of a test may be put."""
    monkeypatch.syspath_prepend(str(FUZZ))
    monkeypatch.syspath_prepend(str(tmp_path))
    run: Any = importlib.import_module("run")
    shutil.copytree(FUZZ / "corpus", tmp_path / "fuzz" / "corpus")
    monkeypatch.setattr(run, "HERE", tmp_path / "fuzz")
    monkeypatch.setattr(run, "CORPUS", tmp_path / "fuzz" / "corpus")

    def plant(check: Callable[[bytes], str]) -> None:
        monkeypatch.setitem(sys.modules, "fuzz_planted", SimpleNamespace(check=check))

    return SimpleNamespace(run=run, corpus=tmp_path / "fuzz" / "corpus", plant=plant)


def _command(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(FUZZ / "run.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_every_fuzzer_runs_and_every_property_holds():
    ended = _command("--seconds", "1", "--seed", "1")
    assert (ended.returncode, ended.stderr) == (0, "")
    seed, *lines = ended.stdout.splitlines()
    assert seed == "seed 1"
    assert [line.partition(":")[0] for line in lines] == _targets()
    assert all(line.endswith("every property held") for line in lines)


def test_every_target_begins_with_small_inputs_that_end_differently():
    for target in _targets():
        sizes = [path.stat().st_size for path in (FUZZ / "corpus" / target).glob("*.bin")]
        assert len(sizes) >= 3, target
        assert max(sizes) <= 20_000, target


def test_a_target_that_is_not_there_is_refused_by_name():
    ended = _command("nothing")
    assert ended.returncode == 2
    assert "no such target: nothing" in ended.stderr


def test_the_same_seed_makes_the_same_inputs(bench: Any):
    mutate: Any = importlib.import_module("mutate")
    corpus = bench.run.load_corpus("r1")

    def make(seed: int) -> list[bytes]:
        random = Random(seed)
        return [mutate.mutate(corpus, random, (b"word",)) for _ in range(200)]

    assert make(1) == make(1) != make(2)
    assert all(len(data) <= 20_000 for data in make(1))
    assert any(b"word" in data for data in make(1))


def test_inputs_with_new_ends_are_kept_if_asked_for(bench: Any):
    bench.plant(lambda data: f"{len(data) % 4}")
    assert bench.run.fuzz("planted", 0.01, Random(1), is_kept=True)
    kept = bench.run.load_corpus("planted")
    assert sorted(len(data) % 4 for data in kept) == [0, 1, 2, 3]


# -- planted bugs


def _any_segment(text: str, **_: object) -> str:
    """Decode and refuse nothing."""
    return unquote(text)


def _lax_head(data: bytes, read: Callable[[bytes], Any] = receipt.decode_receipt) -> Any:
    """Take any first byte for the right one."""
    return read(b"\xd2" + data[1:])


def _first_event_only(self: peer.Receiver, data: bytes, feed: Callable[..., Any] = peer.Receiver.feed) -> Any:
    """Forget what came in the same piece as another event."""
    return feed(self, data)[:1]


PLANTED: dict[str, tuple[object, str, object]] = {
    "cbor": (cbor, "decode", lambda data: cbor.take(data, 0)[0]),
    "directory": (content, "_demand", lambda *_: None),
    "evidence": (Verifier, "verify", lambda *_: True),
    "http": (HttpConnection, "_is_chunked_alone", lambda _: True),
    "names": (names, "_FORBIDDEN", re.compile(r"[\x00-\x1f/\\]")),
    "peer": (peer.Receiver, "feed", _first_event_only),
    "r1": (r1, "_CONTROL", NEVER),
    "receipt": (receipt, "decode_receipt", _lax_head),
    "record": (record, "_find_fault", lambda _: None),
    "rights": (rights, "decode_segment", _any_segment),
}


@pytest.fixture
def fresh_caches():
    caches = (names.parse_member, names.parse_client, names.parse_service, names.parse_node)
    for cache in (*caches, rights._decode_short_path, r1._service):
        cache.cache_clear()
    yield
    for cache in (*caches, rights._decode_short_path, r1._service):
        cache.cache_clear()


@pytest.mark.parametrize("target", _targets())
def test_a_planted_bug_is_found_kept_and_told(bench: Any, target, monkeypatch, capsys, fresh_caches):
    place, name, bug = PLANTED[target]
    before = set((bench.corpus / target).iterdir())
    monkeypatch.setattr(place, name, bug)
    assert not bench.run.fuzz(target, PATIENCE_S, Random(4), is_kept=False)
    told = capsys.readouterr()
    assert "Traceback" in told.err
    *_, finding, again = told.out.splitlines()
    assert again == f"again: python fuzz/run.py --seconds 0 {target}"
    path = bench.corpus.parents[1] / finding.partition("broke on ")[2]
    assert path.is_file(), finding
    assert len(set((bench.corpus / target).iterdir()) - before) <= 1
    assert not bench.run.fuzz(target, 0, Random(2), is_kept=False), "it is found again at once"


def test_an_input_that_takes_seconds_is_a_finding(bench: Any, monkeypatch, capsys):
    def spin(data: bytes) -> str:
        while True:
            re.fullmatch("(a|a)*b", "a" * 40)  # tries twice as many ways with each letter

    monkeypatch.setattr(bench.run, "LIMIT_S", 0.05)
    bench.plant(spin)
    assert not bench.run.fuzz("planted", PATIENCE_S, Random(1), is_kept=False)
    assert "TimeoutError: one input took more than 0.05 s" in capsys.readouterr().err


def test_an_error_that_quotes_a_control_character_is_a_finding(bench: Any):
    ends: Any = importlib.import_module("ends")
    assert ends.tell_error(CallerError("the header 'x' has 3 bytes")) == "BadRequest: the header … has … bytes"
    with pytest.raises(AssertionError):
        ends.tell_error(CallerError("a line\nand another"))
    with pytest.raises(AssertionError):
        ends.tell_error(CallerError("of another code"), {"ServiceFailed"})
