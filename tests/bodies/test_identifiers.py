"""Check digits by the vectors of each country, and what a number is not: a date of birth."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kopir.bodies.identifiers import ALGORITHMS, Fault, Scheme, normalize
from kopir.bodies.pack import read_pack

KZ, TJ, UZ = (read_pack(code).country.identifiers for code in ("kz", "tj", "uz"))


@pytest.mark.parametrize(
    ("scheme", "value"),
    [
        (KZ["IIN"], "791028302728"),
        (KZ["IIN"], "061211600012"),
        (KZ["BIN"], "061240016016"),
        (UZ["PINFL"], "31210632040244"),
        (UZ["PINFL"], "31210932040247"),
        (UZ["PINFL"], "40201902050010"),
        (UZ["STIR"], "200000001"),
        (TJ["INN"], "020025789"),
        (TJ["RMA"], "020025789"),
    ],
)
def test_published_samples_are_valid(scheme, value):
    assert scheme.fault_of(value) is None


def test_a_remainder_of_ten_takes_the_second_round():
    # 1*8 + 2*1 = 10, so the second weights decide: 3*8 + 4*1 = 28, 28 mod 11 = 6.
    assert KZ["IIN"].fault_of("810000000006") is None
    assert KZ["IIN"].fault_of("810000000000") is Fault.CHECK_DIGIT


def test_a_remainder_of_ten_twice_is_no_number():
    digits = next(
        f"{n:011}"
        for n in range(10**6)
        if ALGORITHMS["weighted-mod-11"]([int(d) for d in f"{n:011}"], KZ["IIN"].rounds) == -1
    )
    assert {KZ["IIN"].fault_of(f"{digits}{last}") for last in range(10)} == {Fault.CHECK_DIGIT}


def _missed(scheme: Scheme, value: str) -> list[str]:
    """The numbers with one digit other than in `value` that are valid too."""
    wrong = [value[:i] + d + value[i + 1 :] for i in range(len(value)) for d in "0123456789" if d != value[i]]
    return [other for other in wrong if scheme.fault_of(other) is None]


def test_weights_by_ten_find_every_wrong_digit():
    assert _missed(UZ["PINFL"], "31210632040244") == []


@pytest.mark.parametrize(("scheme", "value"), [(KZ["IIN"], "791028302728"), (KZ["BIN"], "061240016016")])
def test_weights_by_eleven_find_every_wrong_digit_but_the_eleventh(scheme, value):
    """Its weight is 11, which counts for nothing modulo 11; one more slips through where the second round meets it."""
    assert len([other for other in _missed(scheme, value) if other[10] == value[10]]) <= 1


def test_a_birth_date_is_never_read():
    assert KZ["IIN"].fault_of("999999000002") is None  # month 99, day 99: a number is only a name
    assert KZ["IIN"].fault_of("000000000000") is None


@pytest.mark.parametrize(
    ("scheme", "value", "fault"),
    [
        (KZ["IIN"], "79102830272", Fault.LENGTH),
        (KZ["IIN"], "7910283027288", Fault.LENGTH),
        (KZ["IIN"], "79102830272O", Fault.CHARACTERS),
        (KZ["IIN"], "٧٩١٠٢٨٣٠٢٧٢٨", Fault.CHARACTERS),  # Arabic digits
        (KZ["IIN"], "", Fault.CHARACTERS),
        (KZ["IIN"], "791028302729", Fault.CHECK_DIGIT),
        (KZ["BIN"], "061211600012", Fault.PATTERN),  # a person's number, or an old one: its fifth digit is no body's
        (UZ["PINFL"], "91210632040244", Fault.PATTERN),
        (UZ["STIR"], "300000000", Fault.PATTERN),
        (TJ["INN"], "02002578", Fault.LENGTH),
        (TJ["INN"], "020025789\n", Fault.CHARACTERS),
    ],
)
def test_what_is_wrong_is_named(scheme, value, fault):
    assert scheme.fault_of(value) is fault


@given(st.text())
def test_no_text_breaks_a_scheme(value):
    for scheme in (*KZ.values(), *TJ.values(), *UZ.values()):
        assert scheme.fault_of(normalize(value)) in {None, *Fault}


def test_grouping_is_taken_away_and_nothing_else():
    assert normalize(" 791028-302 728\u00a0") == "791028302728"
    assert normalize("79102B") == "79102B"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"algorithm": "luhn"}, "'luhn' is none of"),
        ({"algorithm": "weighted-mod-10"}, "each round needs 8 weights"),
        ({"algorithm": "weighted-mod-10", "rounds": ((1, 2),)}, "each round needs 8 weights"),
        ({"rounds": ((1,) * 8,)}, "takes no weights"),
    ],
)
def test_a_scheme_that_could_not_check_is_not_made(change, message):
    with pytest.raises(ValueError, match=message):
        Scheme(**{"code": "X", "subject": "person", "names": {}, "length": 9, "algorithm": "format"} | change)
