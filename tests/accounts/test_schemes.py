"""Which kinds of numbers of persons this node can check."""

from __future__ import annotations

import pytest

from kopir.accounts.schemes import find_country, find_scheme, get_own_country


def test_own_and_other_countries():
    assert get_own_country().code == "KZ"
    assert find_scheme("KZ", "IIN").length == 12
    assert find_country("TJ").code == "TJ"
    assert find_scheme("UZ", "PINFL").length == 14


@pytest.mark.parametrize(
    ("country", "scheme"), [("KZ", "BIN"), ("KZ", "PINFL"), ("XX", "IIN"), ("../kz", "IIN"), ("", "IIN")]
)
def test_what_names_no_person_is_not_found(country, scheme):
    assert find_scheme(country, scheme) is None
