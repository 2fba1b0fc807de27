"""What the room brings at start-up."""

from __future__ import annotations

import pytest

from kopir.base.administration import PARTS
from kopir.base.jobs import ON_EVERY_WORKER, PERIODIC
from kopir.pagecache.tables import find_table


def test_it_brings_its_jobs_and_its_page():
    assert "visits.take" in ON_EVERY_WORKER
    assert "visits.forget" in PERIODIC
    assert "visits:list" in PARTS


@pytest.mark.parametrize("table", ["visits_views", "visits_missingaddress", "visits_vainsearch"])
def test_no_page_that_is_kept_reads_its_tables(table):
    assert find_table(table).kind == "personal"
