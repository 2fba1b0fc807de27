"""The page store under the server that the portal has, asked over a socket: two processes, real headers."""

from __future__ import annotations

import gzip
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from kopir.edge import Purger

SERVE = """
import json, os
from pathlib import Path
from kopir.edge import wrap

def page(environ, start_response):
    keep = {"tags": ["page:1"], "until": None, "params": ["page"]}
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Kopir-Keep", json.dumps(keep))])
    return [(f"{os.getpid()} {environ['QUERY_STRING']} " + "text " * 500).encode()]

application = wrap(page, folder=Path(os.environ["PAGES"]), staff_cookie="s", is_known_host=lambda _: True)
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[tuple[int, Purger]]:
    folder = tmp_path_factory.mktemp("server")
    (folder / "storedpage.py").write_text(SERVE, "utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "2", "--blocking-threads", "4"]
    command += ["--port", str(port), "--no-ws", "storedpage:application"]
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), *sys.path]), "PAGES": str(folder / "pages")}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=variables, stdout=log, stderr=log)
    try:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port, Purger(folder / "pages")
    finally:
        process.terminate()
        process.wait(30)


def _ask(port: int, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers={"Host": "a.example", **named})
        response = connection.getresponse()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    finally:
        connection.close()


def test_pages_over_a_socket(server):
    port, _ = server
    texts = {_ask(port, "/kk/?utm=1")[2] for _ in range(20)} | {_ask(port, "/kk/")[2] for _ in range(20)}
    assert len({text for text in texts if b"utm" not in text}) == 1, "both processes show what one has made"
    status, headers, body = _ask(port, "/kk/", Accept_Encoding="gzip")
    assert (status, headers["content-encoding"], headers["content-length"]) == (200, "gzip", str(len(body)))
    assert gzip.decompress(body) in texts
    assert "kopir-keep" not in headers
    status, again, body = _ask(port, "/kk/", Accept_Encoding="gzip", If_None_Match=headers["etag"])
    assert (status, again["etag"], body) == (304, headers["etag"], b"")
    status, again, body = _ask(port, "/kk/", "HEAD", Accept_Encoding="gzip")
    assert (status, again["content-length"], body) == (200, headers["content-length"], b"")


def test_ways_to_write_a_page_are_one_page(server):
    port, _ = server
    _, _, text = _ask(port, "/tg/")
    for path, host in (
        ("/tg/", "A.EXAMPLE"),
        ("/tg/", "a.example."),
        ("/tg/", "a.example:80"),
        ("/%74%67/", "a.example"),
    ):
        assert _ask(port, path, Host=host)[2] == text


def test_a_purge_reaches_both(server):
    port, purger = server
    old = _ask(port, "/uz/")[2]
    assert {_ask(port, "/uz/")[2] for _ in range(20)} == {old}
    purger.purge(["page:1"], hard=True)
    texts = {_ask(port, "/uz/")[2] for _ in range(40)}
    assert len(texts) == 1
