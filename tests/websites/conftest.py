"""A country with bodies, and the websites of two of them."""

from __future__ import annotations

import pytest
from django.utils import timezone

from ground import CENTRAL, NOW, client, education, finance, kz, now, operator, system  # noqa: F401 - fixtures
from kopir.base import clock


@pytest.fixture
def hands(monkeypatch):
    """The hands of the clock, ours and Django's: call it with an instant. It is `NOW`."""
    shown = [NOW]
    monkeypatch.setattr(clock, "now", lambda: shown[0])
    monkeypatch.setattr(timezone, "now", lambda: shown[0])
    return lambda instant: shown.__setitem__(0, instant)
