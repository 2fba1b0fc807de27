"""The job of a round."""

from __future__ import annotations

from kopir.base.jobs import WORKS
from kopir.upgrading.models import Look
from kopir.upgrading.rounds import ROUND


def test_a_part_of_a_round_is_a_job_by_ids_and_instant(website, now):
    Look.objects.create(website=website, asked_at=now, is_dry=True)
    WORKS.get(ROUND).function(websites=[website.pk, 0], asked_at=now.isoformat())
    assert Look.objects.get().looked_at is not None
