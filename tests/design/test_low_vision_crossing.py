"""The way from host to host: only to hosts of ours, signed for one of them and for a short while."""

from __future__ import annotations

import time
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import signing

from kopir.base.registry import Registry
from kopir.design import low_vision_crossing
from kopir.design.low_vision import Look
from kopir.design.low_vision_crossing import is_our_host, read_crossing, write_crossing, write_link

LOOK = Look(size="200", pictures="off")
BODY = "su.bodies.localhost"


def signed_in(address):
    query: str = urlsplit(address or "").query
    return parse_qs(query)["look"][0]


def test_a_look_arrives_on_the_other_host():
    target = write_crossing(LOOK, f"http://{BODY}:8000/kk/news/?page=2") or ""
    assert target.startswith(f"http://{BODY}:8000/low-vision/take/?")
    assert parse_qs(urlsplit(target).query)["next"] == ["/kk/news/?page=2"]
    assert read_crossing(signed_in(target), f"{BODY}:8000") == LOOK


def test_what_was_signed_for_one_host_counts_on_no_other():
    assert read_crossing(signed_in(write_crossing(LOOK, f"http://{BODY}/")), "mf.bodies.localhost") is None


def test_what_was_signed_long_ago_counts_no_more(monkeypatch):
    signed = signed_in(write_crossing(LOOK, f"http://{BODY}/"))
    assert read_crossing(signed, BODY) == LOOK
    later = time.time() + low_vision_crossing.VALID_S + 1
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert read_crossing(signed, BODY) is None


@pytest.mark.parametrize(
    "signed", ["", "x", "a:b:c", signing.dumps(["su.bodies.localhost", "size-200"], salt="another")]
)
def test_what_we_did_not_sign_does_not_count(signed):
    assert read_crossing(signed, BODY) is None


@pytest.mark.parametrize("value", [1, "text", ["one"], None])
def test_what_we_signed_for_something_else_does_not_count(value):
    assert read_crossing(signing.dumps(value, salt="kopir.design.low-vision"), BODY) is None


@pytest.mark.parametrize(
    "address",
    [
        "http://evil.example/",
        "http://su.bodies.localhost@evil.example/",
        "http://evil.example@su.bodies.localhost/",
        "//su.bodies.localhost/",
        "javascript:alert(1)",
        "ftp://su.bodies.localhost/",
        "/kk/",
        "",
        "http://",
        "http://su.bodies.localhost.evil.example/",
    ],
)
def test_nobody_is_led_to_strangers(address):
    assert write_crossing(LOOK, address) is None


def test_higher_rooms_say_which_domains_are_ours(monkeypatch):
    judges = Registry("judge of hosts")
    monkeypatch.setattr(low_vision_crossing, "host_judges", judges)
    assert not is_our_host("water.example")
    judges.add("bodies", lambda host: host == "water.example")
    assert is_our_host("Water.example:443")
    assert not is_our_host("fire.example")


def test_a_star_among_the_allowed_hosts_makes_nobody_ours(settings):
    settings.ALLOWED_HOSTS = ["*"]
    assert not is_our_host("evil.example")


def test_a_link_within_a_host_stays_as_it_is():
    assert write_link("/kk/news/") == "/kk/news/"
    assert write_link(f"http://{BODY}/kk/") == f"/low-vision/cross/?to=http%3A%2F%2F{BODY}%2Fkk%2F"
