"""The work of each second."""

from __future__ import annotations

import pytest

from kopir.audit import bridge
from kopir.audit.models import Handover, Waiting
from kopir.audit.tasks import seal
from records import add

pytestmark = pytest.mark.django_db


def test_what_was_committed_is_sealed_and_handed_over(monkeypatch, settings):
    settings.KOPIR_BRIDGE_CONTROL = "127.0.0.1:9000"
    monkeypatch.setattr(bridge, "post_head", lambda *_: 7)
    add()
    seal()
    assert not Waiting.objects.exists()
    assert Handover.objects.values_list("size", "entry").get() == (1, 7)
