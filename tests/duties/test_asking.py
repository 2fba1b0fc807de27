"""Addresses elsewhere are asked with care: HEAD, then GET, each redirect judged, and never a private machine."""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from kopir.duties.asking import Answer, Policy, ask, is_public

HERE = Policy(may_ask=lambda number: number.is_loopback, ports=None)


class Handler(BaseHTTPRequestHandler):
    """Answers by the path: "/200", "/405-head", "/to/…" leads on."""

    heard: list[tuple[str, str]]

    def do_GET(self):
        self.answer()

    def do_HEAD(self):
        self.answer()

    def answer(self):
        self.heard.append((self.command, self.path))
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to"))
        elif self.path.startswith("/away/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/away/"))
        elif self.path == "/405-head":
            self.send_response(405 if self.command == "HEAD" else 200)
        else:
            self.send_response(int(self.path.strip("/").partition("?")[0]))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    Handler.heard = []
    with HTTPServer(("127.0.0.1", 0), Handler) as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{made.server_port}"
        made.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/200", Answer.ALIVE),
        ("/200?a=ә&b= c", Answer.ALIVE),
        ("/405-head", Answer.ALIVE),
        ("/to/200", Answer.ALIVE),
        ("/403", Answer.ALIVE),
        ("/429", Answer.ALIVE),
        ("/404", Answer.GONE),
        ("/to/410", Answer.GONE),
        ("/500", Answer.FAILED),
        ("/to" * 7 + "/200", Answer.FAILED),
    ],
)
def test_what_an_address_says(server, path, answer):
    assert ask(server + path, policy=HERE) == answer


def test_one_question_is_enough_for_what_is_there(server):
    ask(f"{server}/200", policy=HERE)
    assert Handler.heard == [("HEAD", "/200")]


def test_what_refuses_one_kind_of_question_is_asked_by_the_other(server):
    ask(f"{server}/405-head", policy=HERE)
    assert Handler.heard == [("HEAD", "/405-head"), ("GET", "/405-head")]


def test_who_does_not_listen_has_failed():
    with socket.create_server(("127.0.0.1", 0)) as it:
        port = it.getsockname()[1]
    assert ask(f"http://127.0.0.1:{port}/", policy=HERE) == Answer.FAILED


def test_who_listens_and_says_nothing_is_left_after_a_while():
    with socket.create_server(("127.0.0.1", 0)) as it:
        assert ask(f"http://127.0.0.1:{it.getsockname()[1]}/", policy=HERE, wait_s=0.2) == Answer.FAILED


def test_who_drips_an_answer_is_left_after_a_while():
    dripped = 0

    def drip(door):
        nonlocal dripped
        with suppress(OSError), door.accept()[0] as connection:
            for dripped in range(100):  # noqa: B007 - read outside
                connection.sendall(b"H")
                time.sleep(0.05)

    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = threading.Thread(target=drip, args=[door])
        thread.start()
        assert ask(f"http://127.0.0.1:{door.getsockname()[1]}/", policy=HERE, wait_s=0.2) == Answer.FAILED
        thread.join()
    assert dripped < 60


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://[::1]/",
        "http://2130706433/",
        "http://10.0.0.1/",
        "http://[::ffff:127.0.0.1]/",
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "https:///",
    ],
)
def test_nothing_private_is_asked(address, monkeypatch):
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("it was connected to"))
    assert ask(address) in {Answer.NOT_ASKED, Answer.FAILED}


def test_a_public_address_does_not_lead_into_the_network_of_the_platform(server):
    port = server.rpartition(":")[2]
    other = Policy(may_ask=lambda number: number == ipaddress.ip_address("127.0.0.1"), ports=frozenset({int(port)}))
    assert ask(f"{server}/away/http://127.0.0.2:{port}/200", policy=other) == Answer.NOT_ASKED
    assert ask(f"{server}/away/http://127.0.0.1:1/200", policy=other) == Answer.NOT_ASKED
    assert ask(f"{server}/away/file:///etc/passwd", policy=other) == Answer.NOT_ASKED
    assert {path for _verb, path in Handler.heard if path == "/200"} == set()


def test_a_name_with_one_private_number_is_not_asked(monkeypatch):
    both = [(0, 0, 0, "", (number, 80)) for number in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    assert ask("http://two.example/") == Answer.NOT_ASKED


def test_a_network_that_is_away_says_nothing_of_the_address(monkeypatch):
    def fail(*_, **__):
        raise socket.gaierror(socket.EAI_AGAIN, "no name server")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    assert ask("https://a.example/") == Answer.NOT_ASKED


@pytest.mark.parametrize(
    ("number", "is_open"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("10.1.2.3", False),
        ("100.64.0.1", False),
        ("127.0.0.1", False),
        ("169.254.1.1", False),
        ("224.0.0.1", False),
        ("0.0.0.0", False),
        ("::1", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False),
    ],
)
def test_which_numbers_are_public(number, is_open):
    assert is_public(ipaddress.ip_address(number)) is is_open
