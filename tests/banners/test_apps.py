"""What the room brings at start-up."""

from __future__ import annotations

from kopir.banners.queries import list_urgent
from kopir.base.administration import PARTS
from kopir.design.urgent import SOURCES
from kopir.pagecache.tables import find_table


def test_it_brings_its_words_its_page_and_its_table():
    assert SOURCES.get("banners") is list_urgent
    assert "banners:list" in PARTS
    table = find_table("banners_banner")
    assert table is not None
    assert table.prefix == "banners.banner"
