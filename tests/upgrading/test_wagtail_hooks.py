"""The menu of the administration leads to the upgrade; who sees it is tested with the page."""

from __future__ import annotations

from types import SimpleNamespace

from kopir.upgrading.wagtail_hooks import add_upgrade


def test_who_carries_no_rights_gets_no_entry():
    items = []
    add_upgrade(SimpleNamespace(user=SimpleNamespace()), items)
    assert items == []
