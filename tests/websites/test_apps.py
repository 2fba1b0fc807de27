"""What the room brings at start-up."""

from __future__ import annotations

from kopir.base.administration import PARTS
from kopir.search.registry import KINDS, SOURCES


def test_it_is_a_part_of_the_administration_and_can_be_found():
    assert "editing:sites" in PARTS
    assert "websites.page" in SOURCES
    assert "websites.newspage" in KINDS
