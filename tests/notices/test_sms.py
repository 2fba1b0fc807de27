"""Texts to a provider that answers on this machine, and to files."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import UUID

import pytest
from django.db import transaction

from kopir.base.transactions import InsideTransactionError
from kopir.notices.errors import NotSentError, RefusedByServerError
from kopir.notices.sms import PROVIDERS, send_sms

KEY = UUID(int=7)
NUMBER = "+77011234567"


class Provider(BaseHTTPRequestHandler):
    """Answers with the status that the test set."""

    status = 202
    taken: list[tuple[str, dict[str, str], dict[str, str]]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.taken.append((self.path, dict(self.headers), json.loads(body)))
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(b"said so")

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def provider(settings) -> Iterator[type[Provider]]:
    handler = type("Handler", (Provider,), {"taken": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    settings.KOPIR_SMS_URL = f"http://127.0.0.1:{server.server_port}/send"
    settings.KOPIR_SMS_TOKEN = "token of the provider"
    yield handler
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_text_is_posted_with_a_key_that_stays(provider):
    for _ in range(2):
        send_sms(NUMBER, "Код: 123", KEY)
    path, headers, body = provider.taken[0]
    assert (path, body) == ("/send", {"to": NUMBER, "text": "Код: 123", "key": str(KEY)})
    assert headers["Authorization"] == "Bearer token of the provider"
    assert [headers["Idempotency-Key"] for _, headers, _ in provider.taken] == [str(KEY)] * 2


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, RefusedByServerError),
        (404, RefusedByServerError),
        (401, NotSentError),
        (403, NotSentError),
        (429, NotSentError),
        (500, NotSentError),
        (503, NotSentError),
        (302, NotSentError),
    ],
)
def test_a_refusal_is_final_or_not(provider, status, error):
    provider.status = status
    with pytest.raises(error, match=f"{status} said so"):
        send_sms(NUMBER, "text", KEY)


def test_a_provider_that_is_away_is_tried_again(settings):
    with socket.create_server(("127.0.0.1", 0)) as gone:
        settings.KOPIR_SMS_URL = f"http://127.0.0.1:{gone.getsockname()[1]}/"
    with pytest.raises(NotSentError):
        send_sms(NUMBER, "text", KEY)


def test_https_asks_for_a_certificate(settings, provider):
    settings.KOPIR_SMS_URL = settings.KOPIR_SMS_URL.replace("http:", "https:")
    with pytest.raises(NotSentError):
        send_sms(NUMBER, "text", KEY)


def test_without_a_provider_texts_are_files(settings, tmp_path):
    settings.KOPIR_SMS_URL, settings.KOPIR_FOLDER = "", tmp_path
    send_sms(NUMBER, "Код: 123", KEY)
    assert (tmp_path / "sms" / f"{KEY}.txt").read_text("utf-8") == f"{NUMBER}\nКод: 123\n"
    (tmp_path / "other").write_text("in the way")
    settings.KOPIR_FOLDER = tmp_path / "other"
    with pytest.raises(NotSentError):
        send_sms(NUMBER, "text", KEY)


def test_a_provider_of_another_kind_is_one_more_function(settings, monkeypatch):
    taken = []
    monkeypatch.setattr(PROVIDERS, "_things", {"smpp": lambda *given: taken.append(given)})
    settings.KOPIR_SMS_URL = "smpp://carrier.example"
    send_sms(NUMBER, "text", KEY)
    assert taken == [(NUMBER, "text", KEY)]


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_a_provider_within_a_transaction(provider):
    with pytest.raises(InsideTransactionError), transaction.atomic():
        send_sms(NUMBER, "text", KEY)
    assert provider.taken == []
