"""What makes a run of the pages' benchmark fail: another status, other bytes, other headers; and what it asks for."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

BENCH = Path(__file__).parents[2] / "bench"


@pytest.fixture(scope="module")
def parts() -> Iterator[SimpleNamespace]:
    """The benchmark's modules, found as its script finds them: in its own folder."""
    before = set(sys.modules)
    sys.path.insert(0, str(BENCH))
    try:
        import pages_cached
        import pages_stub

        yield SimpleNamespace(cached=pages_cached, stub=pages_stub)
    finally:
        sys.path.remove(str(BENCH))
        for name in {*sys.modules} - before:
            if name.startswith("pages_"):
                del sys.modules[name]


class Answer:
    """An answer of a server, right but for `changes`."""

    reason = "OK"

    def __init__(self, told: tuple[tuple[str, str], ...], text: bytes, changes: dict[str, Any]) -> None:
        self.status = changes.get("status", 200)
        self._headers = dict(told) | {"Content-Encoding": "gzip"} | changes.get("headers", {})
        self._body = changes.get("body", gzip.compress(text, mtime=0))

    def read(self) -> bytes:
        return self._body

    def getheader(self, name: str) -> str | None:
        return self._headers.get(name)

    def getheaders(self) -> list[tuple[str, str]]:
        return [(name, value) for name, value in self._headers.items() if value is not None]


def _look(parts: SimpleNamespace, **changes: Any) -> int:
    host, path = parts.stub.list_addresses()[0]
    answer = Answer(parts.stub.HEADERS, parts.stub.make_body(host, path), changes)
    connection = SimpleNamespace(request=lambda *_, **__: None, getresponse=lambda: answer)
    size: int = parts.cached._look(connection, host, path)
    return size


def test_two_thousand_pages_of_two_hundred_sites(parts):
    addresses = parts.stub.list_addresses()
    assert len({*addresses}) == 2000
    assert len({host for host, _ in addresses}) == 200
    sizes = [len(parts.stub.make_body(*address)) for address in addresses[::40]]
    assert min(sizes) >= 10_000
    assert len({*sizes}) > 40


def test_they_are_drawn_by_a_zipf_law_the_same_each_time(parts, tmp_path):
    order = parts.cached._write_requests(tmp_path)
    assert order == parts.cached._write_requests(tmp_path)
    counts = sorted((order.count(number) for number in {*order}), reverse=True)
    assert 1.7 < counts[0] / counts[1] < 2.3
    assert 8 < counts[0] / counts[9] < 12
    assert len((tmp_path / "order").read_text().split()) == len(order)


def test_the_right_page_is_measured_with_its_head(parts):
    assert _look(parts) > len("HTTP/1.1 200 OK\r\n\r\n") + sum(len(f"{n}: {v}\r\n") for n, v in parts.stub.HEADERS)


@pytest.mark.parametrize(
    "changes",
    [
        {"status": 503},
        {"body": gzip.compress(b"another page" * 2000)},
        {"body": b"", "headers": {"Content-Encoding": "identity"}},
        {"headers": {"Content-Security-Policy": "default-src *"}},
        {"headers": {"X-Frame-Options": None}},
    ],
    ids=["status", "body", "plain", "header", "no header"],
)
def test_anything_else_makes_the_run_void(parts, changes):
    with pytest.raises(parts.cached.PagesError):
        _look(parts, **changes)
