"""What a process holds: the least used leaves first, strangers' addresses before pages, and every byte is counted."""

from __future__ import annotations

import gc
import math
import random
import threading
import tracemalloc

import pytest

from kopir.edge.keeping import Keep
from kopir.edge.memory import MISSING_SHARE, VARIANTS_SHARE, Memory
from kopir.edge.pages import make_page

NOISE = random.Random(5)


def _page(path: str, *, query: str = "", status: int = 200, size: int = 1000, tags: tuple[str, ...] = ("a",)):
    headers = [("".join(["X-Other-", str(number)]), f"{path} {number}") for number in range(8)]  # texts of its own
    return make_page(
        ("http", "a.example", path, query), status, headers, NOISE.randbytes(size), keep=Keep(tags, 1e12, ()), number=1
    )


def _put(memory: Memory, *paths: str, **changes):
    return [memory.put(_page(path, **changes), math.inf) for path in paths]


@pytest.fixture
def memory():
    """Room for about twenty pages of a thousand bytes."""
    return Memory(20 * Memory(10**6).put(_page("/00"), math.inf).size_bytes)


def _paths(memory: Memory) -> set[str]:
    return {key[2] for key in memory.entries}


def test_the_least_used_leaves_first(memory):
    entries = _put(memory, *(f"/{number:02}" for number in range(20)))
    entries[0].shelf.move_to_end(entries[0].page.key)
    _put(memory, "/20", "/21")
    assert _paths(memory) == {f"/{number:02}" for number in range(22)} - {"/01", "/02"}


def test_a_page_takes_the_place_of_its_elder(memory):
    old, new = _put(memory, "/00", "/00")
    assert memory.entries[new.page.key] is new
    assert memory.bytes == new.size_bytes
    memory.drop(old)
    assert len(memory.entries) == 1, "what has taken its place stays"
    memory.drop(new)
    assert (len(memory.entries), memory.bytes) == (0, 0)


def test_addresses_with_parameters_give_way_to_pages(memory):
    pages = {f"/{number:02}" for number in range(12)}
    _put(memory, *sorted(pages))
    for number in range(500):
        memory.put(_page("/00", query=f"page={number}"), math.inf)
    assert {key[2] for key in memory.entries if not key[3]} == pages
    assert sum(bool(key[3]) for key in memory.entries) >= 20 // VARIANTS_SHARE - 1


def test_addresses_without_a_page_give_way_even_when_there_is_room(memory):
    _put(memory, "/00")
    for number in range(500):
        memory.put(_page(f"/made-up-{number}", status=404), math.inf)
    assert "/00" in _paths(memory)
    assert 1 <= len(memory.entries) - 1 <= 20 // MISSING_SHARE + 1


def test_a_page_larger_than_all_is_not_held(memory):
    _put(memory, "/00", size=10**6)
    assert (len(memory.entries), memory.bytes) == (0, 0)


def test_all_is_let_go(memory):
    _put(memory, "/00", "/01")
    memory.put(_page("/02", status=404), math.inf)
    memory.clear()
    assert (len(memory.entries), memory.bytes) == (0, 0)


@pytest.mark.parametrize("size", [300, 10_000])
def test_what_is_counted_is_what_is_taken(size):
    limit = 6_000_000
    tracemalloc.start()
    try:
        memory = Memory(limit)
        before = tracemalloc.get_traced_memory()[0]
        number = 0
        while memory.bytes < 0.97 * limit:
            tags = tuple(f"websites.page:{number}-{part}" for part in range(number % 30))
            _put(memory, f"/page/{number}", size=size, tags=tags)
            number += 1
        gc.collect()
        taken = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert 0.9 * limit < taken < 1.01 * limit, "the count is never far above, nor below"


def test_many_threads_at_once_keep_the_books(memory):
    def work(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(400):
            status = chance.choice([200, 200, 404])
            entry = memory.put(_page(f"/{chance.randrange(40):02}", status=status, size=200), math.inf)
            try:
                entry.shelf.move_to_end(entry.page.key)
            except KeyError:
                pass
            if chance.random() < 0.2:
                memory.drop(entry)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert memory.bytes == sum(entry.size_bytes for entry in memory.entries.values())
    assert all(entry.shelf[key] is entry for key, entry in memory.entries.items())
