"""What came over."""

from __future__ import annotations

from kopir.importing.models import ImportedItem


def test_it_is_called_as_at_its_source():
    assert str(ImportedItem(source="old", key="5")) == "old: 5"
