"""Names below `localhost` are this machine; all others go where they went."""

from __future__ import annotations

import socket

import pytest

from kopir.demo import loopback


@pytest.fixture(autouse=True)
def _put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", socket.getaddrinfo)
    loopback.answer_for_localhost()


@pytest.mark.parametrize("host", ["tj.localhost", "TJ.LocalHost.", b"tj.localhost"])
def test_a_neighbor_is_found_on_this_machine(host: str | bytes) -> None:
    found = socket.getaddrinfo(host, 8096, type=socket.SOCK_STREAM)
    assert [address for *_, address in found] == [("127.0.0.1", 8096)]


@pytest.mark.parametrize("host", ["tj.localhost.example.org", "notlocalhost", "example.org"])
def test_another_name_is_asked_for_as_before(host: str) -> None:
    with pytest.raises(OSError, match=f"tests have no network: {host}"):
        socket.getaddrinfo(host, 80)


def test_no_name_at_all_means_what_it_meant() -> None:
    assert socket.getaddrinfo(None, 80, type=socket.SOCK_STREAM)
