"""The web server: asked from outside, it answers, tells where it listens, and ends what it has begun."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kopir.config.env import parse
from kopir.config.serving import make_log_config, make_server
from kopir.edge import count_threads

# A portal with one page that takes its time.
SERVE = """
import sys, time
import kopir.config.urls as urls
from django.http import HttpResponse
from django.urls import path
from kopir.base.access import everyone

def slow(request):
    time.sleep(1)
    return HttpResponse(request.META["REMOTE_ADDR"])

urls.urlpatterns.append(path("slow", everyone(slow)))
from kopir.config.wsgi import application
"""


@pytest.fixture
def variables(tmp_path) -> dict[str, str]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    (tmp_path / "slowportal.py").write_text(SERVE, "utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KOPIR_", "DJANGO_", "DATABASE"))}
    return {
        **kept,
        "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path]),
        "KOPIR_COUNTRY": "kz",
        "KOPIR_DEVELOPMENT": "yes",
        "KOPIR_ADDRESS": f"http://127.0.0.1:{port}",
        "KOPIR_FOLDER": str(tmp_path / "portal"),
        "KOPIR_LISTEN": f"127.0.0.1:{port}",
        "KOPIR_PROCESSES": "2",
        "KOPIR_METRICS_TOKEN": "t",
        "TRUSTED_PROXIES": "127.0.0.1",
    }


@pytest.fixture
def portal(variables, tmp_path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "kopir.bridge.cli.main"]
    subprocess.run([*command, "manage", "migrate", "--verbosity=0"], env=variables, check=True)
    code = "from kopir.config import serving; serving.TARGET = 'slowportal:application'; "
    code += "from kopir.bridge.cli.main import main; raise SystemExit(main(['portal']))"
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-c", code], env=variables, stderr=log, stdout=log)
    yield process
    process.kill()
    process.wait()


def _get(variables: dict[str, str], address: str, **headers: str) -> tuple[int, str]:
    host, port = variables["KOPIR_LISTEN"].split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=30)
    try:
        connection.request("GET", address, headers=headers)
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def _wait(variables: dict[str, str], log: Path) -> None:
    for _ in range(300):
        try:
            _get(variables, "/health/live")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(log.read_text("utf-8"))


def test_the_portal_answers_counts_and_ends_what_it_has_begun(portal, variables, tmp_path):
    _wait(variables, tmp_path / "log")
    assert [_get(variables, "/health/ready") for _ in range(40)] == [(200, "ready\n")] * 40
    for _ in range(5):
        told = _get(variables, "/metrics", Authorization="Bearer t")[1]
        assert 'route="/health/ready",status="200"} 40.0' in told, "both processes count together"
    answers: list[tuple[int, str]] = []
    pages = {_get(variables, "/kk/") for _ in range(40)}
    assert {status for status, _ in pages} == {200}
    assert len(pages) == 1, "both processes show the page that one of them has made"
    time.sleep(1.1)
    assert {_get(variables, "/kk/") for _ in range(20)} == pages
    told = _get(variables, "/metrics", Authorization="Bearer t")[1]
    assert re.search(r'kopir_portal_pages_answers_total\{way="hits"\} [1-9]', told), "each tells it once a second"
    asking = threading.Thread(
        target=lambda: answers.append(_get(variables, "/slow", **{"X-Forwarded-For": "203.0.113.7"}))
    )
    asking.start()
    time.sleep(0.5)
    portal.send_signal(signal.SIGTERM)
    assert portal.wait(30) == 0
    asking.join(30)
    assert answers == [(200, "203.0.113.7")]
    lines = (tmp_path / "log").read_text("utf-8").splitlines()
    assert all(line.startswith('{"at":') for line in lines), "every line is one of ours"
    assert any(f"http://{variables['KOPIR_LISTEN']}" in line for line in lines)


def test_the_server_is_made_as_the_settings_say():
    chosen = {"KOPIR_LISTEN": "[::1]:9", "KOPIR_PROCESSES": "3", "KOPIR_THREADS": "5"}
    server = make_server(parse({"KOPIR_COUNTRY": "kz", "KOPIR_DEVELOPMENT": "yes", **chosen}))
    assert (server.bind_addr, server.bind_port, server.workers, server.blocking_threads) == (
        "::1",
        9,
        3,
        count_threads(5),
    )


def test_the_servers_own_lines_go_where_ours_go():
    ours: dict[str, Any] = {"version": 1, "loggers": {"django": {"level": "INFO"}}}
    config = make_log_config(ours)
    assert config["loggers"]["_granian"] == {"handlers": [], "propagate": True}
    assert list(ours["loggers"]) == ["django"], "the settings stay as they are"
