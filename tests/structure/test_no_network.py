"""Tests reach this machine and no other."""

from __future__ import annotations

import socket

import pytest


def test_a_listener_of_this_machine_is_reached():
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=5) as it,
    ):
        assert it.getpeername() == server.getsockname()


@pytest.mark.parametrize("host", ["192.0.2.1", "example.org", "2001:db8::1"])
def test_another_machine_is_not(host):
    with pytest.raises(OSError, match="tests have no network"):
        socket.create_connection((host, 80), timeout=0.1)
