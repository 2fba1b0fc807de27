"""What the room brings at start-up."""

from __future__ import annotations

from kopir.base.jobs import PERIODIC, WORKS
from kopir.pagecache.tables import find_table
from kopir.statements.actions import CHECK
from kopir.statements.linking import list_links
from kopir.websites.footer import FOOTER


def test_it_brings_its_link_its_work_and_its_table():
    assert FOOTER.get("statements") is list_links
    assert "statements.nightly" in PERIODIC
    assert CHECK in WORKS
    table = find_table("statements_statement")
    assert table is not None
    assert table.prefix == "statements.statement"
