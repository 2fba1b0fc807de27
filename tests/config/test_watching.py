"""Each request is told once: its route and how it went, never the address or what people sent."""

from __future__ import annotations

import logging

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from kopir.base.access import everyone
from kopir.base.errors import NotAllowedError


def _refuse(request, token):
    raise NotAllowedError


def _break(request, token):
    raise ZeroDivisionError


urlpatterns = [
    path("invitation/<str:token>", everyone(lambda request, token: HttpResponse("seen"))),
    path("refuse/<str:token>", everyone(_refuse)),
    path("break/<str:token>", everyone(_break)),
]


@pytest.fixture
def ask(settings, caplog):
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = ["kopir.config.watching.Watching", "kopir.config.watching.Failures"]
    caplog.set_level(logging.INFO)

    def ask(address: str):
        caplog.clear()
        client = Client(raise_request_exception=False)
        response = client.get(address, {"q": "secret"}, headers={"host": "kz.localhost", "X-Secret": "secret"})
        assert "secret" not in repr([vars(record) for record in caplog.records if record.name.startswith("kopir")])
        return response, [record for record in caplog.records if record.getMessage() == "request"]

    return ask


@pytest.mark.parametrize(
    ("address", "route", "status", "level"),
    [
        ("/invitation/secret", "/invitation/<str:token>", 200, logging.INFO),
        ("/refuse/secret", "/refuse/<str:token>", 403, logging.INFO),
        ("/nowhere/secret", "", 404, logging.INFO),
        ("/break/secret", "/break/<str:token>", 500, logging.ERROR),
    ],
)
def test_a_request_is_one_line_that_names_its_route(ask, address, route, status, level):
    response, (line,) = ask(address)
    assert response.status_code == status
    assert (line.route, line.status, line.levelno, line.method) == (route, status, level, "GET")
    assert line.client == "127.0.0.1"
    assert line.took_ms >= 0


def test_an_answer_bears_the_id_of_its_line(ask):
    first, (line,) = ask("/invitation/secret")
    second, _ = ask("/invitation/secret")
    assert first["X-Request-Id"] == line.id != second["X-Request-Id"]


def test_a_named_failure_is_told_by_its_code(ask, caplog):
    ask("/refuse/secret")
    (refused,) = [record for record in caplog.records if record.getMessage() == "refused"]
    assert (refused.code, refused.route) == ("base.not_allowed", "/refuse/<str:token>")
