"""What rooms register: sources, and how sites are called."""

from __future__ import annotations

import pytest

from kopir.search.registry import SITES, SOURCES, name_sites
from shelves import Shelf, own_sources


def test_sites_are_named_by_the_first_room_that_knows_them():
    with own_sources():
        SITES.add("tests.first", lambda ids: {1: "Ministry"})
        SITES.add("tests.second", lambda ids: {1: "Another", 2: "Agency"})
        assert name_sites([2, 1, 3]) == {2: "Agency", 1: "Ministry"}


def test_a_source_has_its_name_alone():
    with own_sources():
        SOURCES.add("tests.note", Shelf().source)
        with pytest.raises(ValueError, match="two of source"):
            SOURCES.add("tests.note", Shelf().source)
