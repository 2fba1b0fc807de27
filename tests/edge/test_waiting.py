"""The waiting room: places in all and for one host, seats, and those who have to come back."""

from __future__ import annotations

import threading
import time

from kopir.edge.waiting import SEATS_PER_PLACE, SPARE_THREADS, STAFF, WaitingRoom, count_threads


def test_places_are_taken_and_given_back():
    room = WaitingRoom(2, seated_s=0.01)
    assert room.enter("a")
    assert room.enter("b")
    assert not room.enter("c")
    room.leave("a")
    assert room.enter("c")


def test_one_host_leaves_a_place_for_the_others():
    room = WaitingRoom(3, seated_s=0.01)
    assert [room.enter("a") for _ in range(3)] == [True, True, False]
    assert room.enter("b")
    room.leave("a")
    assert room.enter("a")


def test_staff_and_the_others_leave_one_another_their_places():
    room = WaitingRoom(4, seated_s=0.01)
    assert [room.enter(STAFF) for _ in range(3)] == [True, True, False]
    assert [room.enter(host) for host in "aaaabb"] == [True, True, True, False, True, False]
    room.leave(STAFF)
    assert [room.enter(host) for host in ("c", STAFF)] == [False, True]
    room = WaitingRoom(1, seated_s=20, standing_s=0.01)
    with room.wait(is_staff=True) as first, room.wait(is_staff=True) as second, room.wait(is_staff=True) as third:
        assert [first, second, third] == [20, 20, 0.01]
        with room.wait() as seated:
            assert seated == 20, "those of staff are not the citizens'"


def test_a_room_of_one_place_serves_every_host():
    room = WaitingRoom(1, seated_s=0.01)
    assert room.enter("a")
    assert not room.enter("b")
    room.leave("a")
    assert room.enter("b")


def test_who_waits_gets_the_place_that_comes_free():
    room = WaitingRoom(1, seated_s=20)
    assert room.enter("a")
    got: list[bool] = []
    waiting = threading.Thread(target=lambda: got.append(room.enter("a")))
    waiting.start()
    time.sleep(0.05)
    assert not got
    room.leave("a")
    waiting.join(10)
    assert got == [True]


def test_seats_are_few_and_the_others_wait_for_a_moment_only():
    room = WaitingRoom(1, seated_s=20, standing_s=0.01)
    with room.wait() as first, room.wait() as second, room.wait() as third:
        assert [first, second, third] == [20] * SEATS_PER_PLACE + [0.01]
    with room.wait() as again:
        assert again == 20
    assert room.enter("a")
    with room.wait(), room.wait():
        begun = time.monotonic()
        assert not room.enter("a")
        assert time.monotonic() - begun < 5


def test_threads_are_enough_for_all_places_and_seats():
    assert count_threads(4) == (4 + 2) * (1 + SEATS_PER_PLACE) + SPARE_THREADS
    assert count_threads(1) == (1 + 1) * (1 + SEATS_PER_PLACE) + SPARE_THREADS
