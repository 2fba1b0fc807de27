"""The JSON of scores is for everybody."""

from __future__ import annotations

from django.urls import resolve

from kopir.base.access import get_decision


def test_every_address_is_open():
    for path in ("/api/1/duties/sites", "/api/1/duties/sites/x", "/api/1/duties/openapi.json"):
        assert get_decision(resolve(path).func).who == "everyone"
