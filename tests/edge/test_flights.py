"""One render at a time for each page, and how those who wait learn of its end."""

from __future__ import annotations

import threading

from kopir.edge.flights import Flights, Landing

KEY = ("http", "a.example", "/", "")


def test_the_first_makes_it_and_the_others_wait():
    flights = Flights()
    flight, is_own = flights.board(KEY)
    assert is_own
    same, is_own = flights.board(KEY)
    assert same is flight
    assert not is_own
    assert flights.board((*KEY[:3], "page=2"))[1], "another page is another flight"
    told: list[Landing] = []
    waiting = threading.Thread(target=lambda: told.append(flight.wait(20)))
    waiting.start()
    flights.land(KEY, Landing.KEPT)
    waiting.join(20)
    assert told == [Landing.KEPT]
    assert flights.board(KEY)[1], "the next one is made anew"


def test_every_end_is_told():
    for landing in Landing:
        flights = Flights()
        flight, _ = flights.board(KEY)
        flights.land(KEY, landing)
        assert flight.wait(1) is landing


def test_a_flight_that_takes_too_long_has_failed_for_who_waits():
    flight, _ = Flights().board(KEY)
    assert flight.wait(0.01) is Landing.FAILED
