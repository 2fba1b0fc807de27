"""The register over real sockets: keep-alive, HEAD, refusals, and the program that serves it."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from kopir.demo.registry import RegistryServer, main
from kopir.demo.territory import load_territory

WAIT_S = 20


@pytest.fixture
def port() -> Iterator[int]:
    with RegistryServer(("127.0.0.1", 0), load_territory("kz")) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.fixture
def connection(port) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_S)
    yield connection
    connection.close()


def ask(connection: http.client.HTTPConnection, method: str, target: str, headers: dict[str, str] | None = None):
    connection.request(method, target, headers=headers or {})
    reply = connection.getresponse()
    return reply, reply.read()


def test_many_questions_go_over_one_connection(connection):
    names, sockets = [], set()
    for code in ("110000000", "750000000", "190000000"):
        reply, body = ask(connection, "GET", f"/regions/{code}", {"Accept-Language": "en"})
        assert (reply.status, reply.version, reply.getheader("Content-Type")) == (200, 11, "application/json")
        names.append(json.loads(body)["name"])
        sockets.add(connection.sock.getsockname())
    assert names == ["Akmola", "Almaty (city)", "Almaty"]
    assert len(sockets) == 1


def test_head_answers_the_length_and_no_body(connection):
    reply, body = ask(connection, "GET", "/regions")
    length, tag = len(body), reply.getheader("ETag")
    reply, body = ask(connection, "HEAD", "/regions")
    assert (reply.status, reply.getheader("Content-Length"), body) == (200, str(length), b"")
    reply, body = ask(connection, "GET", "/regions", {"If-None-Match": tag})
    assert (reply.status, body) == (304, b"")
    assert ask(connection, "GET", "/health")[0].status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_the_register_is_read_only(connection, method):
    reply, body = ask(connection, method, "/regions")
    assert (reply.status, reply.getheader("Allow")) == (405, "GET, HEAD")
    assert json.loads(body)["remedy"] == "Use GET or HEAD."


def test_a_body_that_nobody_reads_is_not_taken_for_a_request(port):
    with socket.create_connection(("127.0.0.1", port), timeout=WAIT_S) as client:
        smuggled = b"GET /health HTTP/1.1\r\n\r\n"
        head = b"GET /regions/110000000 HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(smuggled)
        client.sendall(head + smuggled)
        answers = client.makefile("rb").read()
    assert answers.count(b"HTTP/1.1") == 1
    assert b"Connection: close" in answers


def test_the_program_says_where_it_listens_and_stops_on_sigterm():
    command = [sys.executable, "-m", "kopir.demo.registry", "--country", "tj", "--listen", "127.0.0.1:0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("Register of Tajikistan: 81 places at http://127.0.0.1:")
        port = int(line.rsplit(":", 1)[1].split("/")[0])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_S)
        assert ask(connection, "GET", "/regions/TJK001?lang=tg")[0].status == 200
        connection.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(WAIT_S) == 0


@pytest.mark.parametrize("listen", ["nowhere", "127.0.0.1:99999", "127.0.0.1:http"])
def test_an_address_that_cannot_be_is_named_with_the_remedy(listen, capsys):
    assert main(["--country", "kz", "--listen", listen]) == 1
    assert f"cannot listen on {listen}" in capsys.readouterr().err


def test_a_taken_port_is_named(port, capsys):
    assert main(["--country", "kz", "--listen", f"127.0.0.1:{port}"]) == 1
    assert "Give --listen HOST:PORT a free port" in capsys.readouterr().err


def test_an_unknown_country_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["--country", "xx"])
    assert "invalid choice" in capsys.readouterr().err
