"""The stand's time stamp authority over real sockets: a stamp that holds, and what it refuses."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from kopir.demo.country import Country, Ports
from kopir.demo.stamps import MAX_REQUEST_BYTES, StampServer, main
from kopir.signing.facts import read_certificate_file
from kopir.signing.stamps import accept_response, make_request

DIGEST = sha256(b"head").digest()
NONCE = 77


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    country = Country("KZ", tmp_path, Ports.counted_from(9000))
    country.build()
    return tmp_path / "keys"


@pytest.fixture
def port(keys: Path) -> Iterator[int]:
    with StampServer(("127.0.0.1", 0), keys / "tsa.key", keys / "tsa.crt") as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def post(connection: http.client.HTTPConnection, body: bytes, headers: dict[str, str] | None = None):
    connection.request("POST", "/", body, headers or {})
    reply = connection.getresponse()
    return reply.status, reply.read()


def test_its_stamps_hold_and_one_connection_serves_many(keys: Path, port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    certificate, authority = (read_certificate_file(keys / name) for name in ("tsa.crt", "../ca/ca.crt"))
    times = []
    for _ in range(2):
        status, answer = post(connection, make_request(DIGEST, NONCE))
        assert status == 200
        _, stamped_ms = accept_response(
            answer, digest=DIGEST, nonce=NONCE, tsa_certificates=[certificate], authorities=[authority]
        )
        times.append(stamped_ms)
    assert times == sorted(times)
    connection.close()


def test_the_program_says_where_it_listens_and_stops_on_sigterm(keys: Path) -> None:
    command = [sys.executable, "-m", "kopir.demo.stamps", "--listen", "127.0.0.1:0"]
    command += ["--key", str(keys / "tsa.key"), "--certificate", str(keys / "tsa.crt")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        said = program.stdout.readline()
        program.send_signal(signal.SIGTERM)
        assert program.wait(20) == 0
    assert said.startswith("Time stamps, not for production, at http://127.0.0.1:")


def test_a_taken_port_is_named(keys: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--key", str(keys / "tsa.key"), "--certificate", str(keys / "tsa.crt"), "--listen"]
    with socket.create_server(("127.0.0.1", 0)) as other:
        where = f"127.0.0.1:{other.getsockname()[1]}"
        assert main([*arguments, where]) == 1
    assert capsys.readouterr().err.startswith(f"stamps: cannot listen on {where}: ")


@pytest.mark.parametrize("body", [b"", b"no request", bytes(MAX_REQUEST_BYTES + 1)])
def test_what_is_no_request_is_refused(port: int, body: bytes) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    assert post(connection, body)[0] == 400
    connection.close()


def test_a_length_that_is_none_is_refused(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n")
        assert client.recv(100).startswith(b"HTTP/1.1 400 ")
