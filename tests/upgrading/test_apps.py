"""The room follows new websites from the start of the program on."""

from __future__ import annotations

from kopir.upgrading.actions import note_websites
from kopir.websites.following import FOLLOWERS


def test_it_follows_new_websites():
    assert FOLLOWERS.get("upgrading") is note_websites
