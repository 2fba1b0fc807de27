"""Personal fields at rest."""

from __future__ import annotations

import pytest

from kopir.inquiries import sealed


def test_what_is_closed_can_be_read_as_the_same_field_alone():
    kept = sealed.close("Менің сөзім", "words")
    assert "сөзім" not in kept
    assert sealed.read(kept, "words") == "Менің сөзім"
    with pytest.raises(ValueError, match="secret key"):
        sealed.read(kept, "answer")
    assert (sealed.close("", "words"), sealed.read("", "words")) == ("", "")


def test_a_secret_is_kept_as_a_digest():
    kept = sealed.digest("ABCD")
    assert "ABCD" not in kept
    assert sealed.fits("ABCD", kept)
    assert not sealed.fits("ABCE", kept)
