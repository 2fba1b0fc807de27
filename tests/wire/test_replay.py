"""The memory against replay: once only, within the window, in little room, as a plain set would decide."""

import sys
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kopir.wire.errors import ReplayError
from kopir.wire.record import request_id_at
from kopir.wire.replay import AHEAD_MS, PAST_MS, ReplayMemory

NOW = 1_767_225_600_000
SECOND = 1000


def id_at(instant: int, n: int = 0) -> bytes:
    return request_id_at(instant, n.to_bytes(16, "big"))


def is_accepted(memory: ReplayMemory, instant: int, now: int, n: int = 0) -> bool:
    try:
        memory.accept(id_at(instant, n), instant, now)
    except ReplayError:
        return False
    return True


def bytes_held(memory: ReplayMemory) -> int:
    parts = [part for parts in memory._buckets.values() for part in parts]
    return sum(map(sys.getsizeof, parts)) + sum(sys.getsizeof(parts) for parts in memory._buckets.values())


def test_a_request_is_accepted_once():
    memory = ReplayMemory()
    assert is_accepted(memory, NOW, NOW)
    assert not is_accepted(memory, NOW, NOW)
    assert is_accepted(memory, NOW, NOW, n=1)
    assert len(memory) == 2


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        (NOW - PAST_MS, True),
        (NOW - PAST_MS - 1, False),
        (NOW + AHEAD_MS, True),
        (NOW + AHEAD_MS + 1, False),
        (0, False),
    ],
)
def test_the_edges_of_the_window(instant, expected):
    assert is_accepted(ReplayMemory(), instant, NOW) is expected


def test_the_window_is_five_minutes_back_and_one_ahead():
    assert (PAST_MS, AHEAD_MS) == (300 * SECOND, 60 * SECOND)


def test_an_id_is_remembered_until_the_window_forbids_it():
    memory = ReplayMemory()
    instant = NOW + AHEAD_MS
    assert is_accepted(memory, instant, NOW)
    for later in range(NOW, instant + PAST_MS + 1, 10 * SECOND):
        assert is_accepted(memory, later + AHEAD_MS, later, n=1), "other requests go on, the newest far ahead"
        assert not is_accepted(memory, instant, later)


def test_what_was_forgotten_stays_refused_when_the_clock_goes_back():
    memory = ReplayMemory()
    assert is_accepted(memory, NOW, NOW)
    assert is_accepted(memory, NOW + 3600 * SECOND, NOW + 3600 * SECOND)
    assert len(memory) == 1
    assert not is_accepted(memory, NOW, NOW)


def test_a_clock_that_was_wrong_for_a_while_stops_nothing():
    memory = ReplayMemory()
    assert not is_accepted(memory, NOW, NOW + 86_400 * SECOND)
    assert is_accepted(memory, NOW, NOW)


def test_the_memory_is_rebuilt_in_any_order():
    memory = ReplayMemory()
    instants = [NOW - PAST_MS - 1, NOW - PAST_MS, NOW - 1, NOW + AHEAD_MS, NOW + 86_400 * SECOND]
    memory.load([id_at(instant) for instant in [*reversed(instants), *instants]], NOW)
    assert len(memory) == 4
    assert [is_accepted(memory, instant, NOW) for instant in instants[:4]] == [False] * 4
    assert is_accepted(memory, NOW, NOW), "an id from a wrong clock in the journal must not close the window"
    assert not is_accepted(memory, instants[4], instants[4])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(-31, 7), st.integers(0, 3)),
        max_size=60,
    )
)
def test_it_decides_as_a_set_of_all_ids_would(steps):
    memory, seen, now = ReplayMemory(), set(), NOW
    for forward, offset, n in steps:
        now += forward * SECOND
        instant = now + offset * 10 * SECOND
        expected = -PAST_MS <= instant - now <= AHEAD_MS and (instant, n) not in seen
        assert is_accepted(memory, instant, now, n) is expected
        if expected:
            seen.add((instant, n))


def test_an_id_of_another_time_than_its_request_is_refused():
    with pytest.raises(ReplayError):
        ReplayMemory().accept(id_at(NOW + 1), NOW, NOW)


def test_full_rate_for_the_whole_window_costs_at_most_20_mb():
    # One bucket in full, 4,000/s for 30 s; the window touches at most 13, all of them alike.
    memory, random = ReplayMemory(), Random(7)
    start = NOW - NOW % 30_000
    memory.load([request_id_at(start + n // 4, random.randbytes(16)) for n in range(120_000)], NOW)
    assert len(memory) == 120_000
    assert 13 * bytes_held(memory) <= 20 * 2**20


def test_no_more_buckets_are_kept_than_the_window_touches():
    memory = ReplayMemory()
    for now in range(NOW, NOW + 3600 * SECOND, 5 * SECOND):
        for offset in (-PAST_MS, 0, AHEAD_MS):
            assert is_accepted(memory, now + offset, now, n=now)
    assert len(memory._buckets) == 13
