"""Short secrets at rest."""

from __future__ import annotations

import pytest

from kopir.base.sealing import seal, unseal


def test_what_is_sealed_opens_for_its_purpose_again():
    sealed = seal("код 123", "notices.letter")
    assert unseal(sealed, "notices.letter") == "код 123"
    assert "123" not in sealed
    assert seal("код 123", "notices.letter") != sealed


@pytest.mark.parametrize("purpose", ["accounts.factor", "", "notices.letter "])
def test_it_opens_for_nothing_else(purpose):
    with pytest.raises(ValueError, match="opens this"):
        unseal(seal("text", "notices.letter"), purpose)


def test_a_former_secret_key_still_opens_what_it_sealed(settings):
    sealed = seal("text", "x")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another" * 10
    assert unseal(sealed, "x") == "text"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(ValueError, match="SECRET_KEY_FALLBACKS"):
        unseal(sealed, "x")


@pytest.mark.parametrize("sealed", ["", "text", "k2.AAAA", "k1.AAAA", "k1.!!"])
def test_whatever_else_opens_nothing(sealed):
    with pytest.raises(ValueError, match=r"sealed here|opens this|nonce|base64|Nonce"):
        unseal(sealed, "x")
