"""Asking a part over HTTP, on a port and on a unix socket."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kopir.operations.asking import ask

ANSWER = b"HTTP/1.1 503 Not Ready\r\nContent-Length: 5\r\n\r\nno db"


@contextmanager
def answering(server: socket.socket, answer: bytes = ANSWER) -> Iterator[list[bytes]]:
    """Answer one question; gives what was asked."""
    seen: list[bytes] = []

    def serve() -> None:
        connection, _ = server.accept()
        with connection:
            seen.append(connection.recv(4096))
            connection.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    yield seen
    thread.join(10)


def test_status_and_text_come_back():
    with socket.create_server(("127.0.0.1", 0)) as server, answering(server) as seen:
        assert ask(f"127.0.0.1:{server.getsockname()[1]}", "/health/ready", headers={"X": "1"}) == (503, "no db")
    assert seen[0].startswith(b"GET /health/ready HTTP/1.1\r\n")
    assert b"\r\nHost: localhost\r\n" in seen[0]
    assert b"\r\nX: 1\r\n" in seen[0]


def test_who_listens_everywhere_is_asked_here():
    with socket.create_server(("0.0.0.0", 0)) as server, answering(server):
        assert ask(f"0.0.0.0:{server.getsockname()[1]}", "/")[0] == 503


def test_a_unix_socket_is_asked_by_its_path(tmp_path: Path):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        server.listen()
        with answering(server):
            assert ask(f"unix:{tmp_path / 's'}", "/ready") == (503, "no db")


def test_silence_and_what_is_no_http_are_errors_of_the_system():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with answering(server, b"SSH-2.0-x\r\n"), pytest.raises(OSError, match="does not speak HTTP"):
            ask(f"127.0.0.1:{port}", "/")
        with pytest.raises(TimeoutError):
            ask(f"127.0.0.1:{port}", "/", timeout_s=0.1)
    with pytest.raises(ConnectionRefusedError):
        ask(f"127.0.0.1:{port}", "/")
