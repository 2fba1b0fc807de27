"""Forwarded headers: those of a trusted proxy count, and not one of anybody else's."""

from __future__ import annotations

import ipaddress

import pytest
from django.http import HttpRequest, HttpResponse

from kopir.config.proxies import FORWARDED, TrustedProxies, settle

TRUSTED = tuple(ipaddress.ip_network(network) for network in ("10.0.0.0/8", "2001:db8::1"))


def _settle(peer: str, **headers: str) -> dict[str, object]:
    environ: dict[str, object] = {"REMOTE_ADDR": peer, "HTTP_HOST": "portal", **headers}
    settle(environ, TRUSTED)
    assert environ.pop("HTTP_HOST") == "portal"
    return environ


@pytest.mark.parametrize("peer", ["10.0.0.1", "2001:db8::1"])
def test_a_trusted_proxy_says_who_asks_and_how(peer):
    environ = _settle(peer, HTTP_X_FORWARDED_FOR="203.0.113.7", HTTP_X_FORWARDED_PROTO="https")
    assert environ == {"REMOTE_ADDR": "203.0.113.7", "HTTP_X_FORWARDED_PROTO": "https"}


@pytest.mark.parametrize("peer", ["11.0.0.1", "2001:db8::2", "203.0.113.9", "", "unknown"])
def test_anybody_elses_word_counts_for_nothing(peer):
    lies = dict.fromkeys(FORWARDED, "10.0.0.1")
    lies["HTTP_X_FORWARDED_PROTO"] = "https"
    assert _settle(peer, **lies) == {"REMOTE_ADDR": peer}


@pytest.mark.parametrize(
    ("chain", "client"),
    [
        ("203.0.113.7, 10.2.3.4", "203.0.113.7"),
        ("198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("10.9.9.9, 203.0.113.7, 10.2.3.4", "203.0.113.7"),
        ("10.9.9.9", "10.9.9.9"),
        ("203.0.113.7, not an address", "10.0.0.1"),
        ("203.0.113.7, , 10.2.3.4", "10.2.3.4"),
        ("2001:db8::5", "2001:db8::5"),
        ("", "10.0.0.1"),
    ],
)
def test_the_client_is_the_last_one_that_is_no_proxy_of_ours(chain, client):
    assert _settle("10.0.0.1", HTTP_X_FORWARDED_FOR=chain)["REMOTE_ADDR"] == client


def test_a_trusted_proxy_chooses_between_two_protocols_and_names_no_host():
    environ = _settle("10.0.0.1", HTTP_X_FORWARDED_PROTO="https, http", HTTP_X_FORWARDED_HOST="evil.example")
    assert environ == {"REMOTE_ADDR": "10.0.0.1"}


def test_without_trusted_proxies_nobody_is_believed(client, settings):
    assert settings.KOPIR_TRUSTED_PROXIES == ()
    environ = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_PROTO": "https"}
    settle(environ, settings.KOPIR_TRUSTED_PROXIES)
    assert environ == {"REMOTE_ADDR": "10.0.0.1"}


def test_the_middleware_settles_before_anyone_reads(rf, settings):
    settings.KOPIR_TRUSTED_PROXIES = TRUSTED
    seen = []

    def answer(request: HttpRequest) -> HttpResponse:
        seen.append((request.META["REMOTE_ADDR"], request.is_secure()))
        return HttpResponse()

    middleware = TrustedProxies(answer)
    headers = {"HTTP_X_FORWARDED_FOR": "203.0.113.7", "HTTP_X_FORWARDED_PROTO": "https"}
    middleware(rf.get("/", REMOTE_ADDR="10.0.0.1", **headers))
    middleware(rf.get("/", REMOTE_ADDR="203.0.113.9", **headers))
    assert seen == [("203.0.113.7", True), ("203.0.113.9", False)]
    assert settings.MIDDLEWARE[0] == "kopir.config.proxies.TrustedProxies"
