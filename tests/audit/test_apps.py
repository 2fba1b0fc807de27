"""What the room brings at start-up."""

from __future__ import annotations

import pytest
from django.db import transaction

from actors import ANNA, NOW
from kopir.audit.actions import record
from kopir.audit.models import Row
from kopir.base import recording
from kopir.base.jobs import PERIODIC


def test_the_sealer_comes_each_second():
    assert PERIODIC.get("audit.seal").every.total_seconds() == 1


@pytest.mark.django_db
def test_actions_of_the_room_below_are_recorded_too():
    with transaction.atomic():
        recording.record(actor=ANNA, action="base.rerun_job", subject="base.job:1", now=NOW)
    assert Row.objects.get().action == "base.rerun_job"
    assert dict(recording.RECORDERS)["audit"] is record
