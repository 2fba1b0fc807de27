"""Contrast as WCAG reckons it, and what `check_contrast` says of colors that cannot be read."""

from __future__ import annotations

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from kopir.design.colors import TEXT_RATIO, WHITE, check_contrast, complete, contrast, mix

HEX = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        # Known values of the WCAG literature: the lightest gray that passes AA on white, and the first that does not.
        ("#767676", "#ffffff", 4.54),
        ("#777777", "#ffffff", 4.48),
        ("#ff0000", "#ffffff", 4.0),
        ("#0000ff", "#ffffff", 8.59),
    ],
)
def test_known_ratios(one, other, ratio):
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert contrast(other, one) == contrast(one, other)


def test_colors_that_can_be_read_have_no_problem():
    assert check_contrast({"brand": "#0b4a6f"}) == []
    assert check_contrast({"brand": "#0b4a6f", "accent": "#c98f2b", "link": "#0a5a8c"}) == []


def test_what_is_left_out_follows_from_the_main_color():
    colors = complete({"brand": "#0b4a6f"})
    assert colors.link == "#0b4a6f"
    assert contrast(colors.accent, WHITE) < contrast(colors.brand, WHITE)


@pytest.mark.parametrize(
    ("colors", "found"),
    [
        ({"brand": "#00afca"}, [("brand", "faint")]),
        ({"brand": "#767676"}, [("brand", "faint")]),  # would do on white, not on the quiet surface
        ({"brand": "#0b4a6f", "link": "#00afca"}, [("link", "faint")]),
        ({"brand": "#00afca", "link": "#fec50c"}, [("brand", "faint"), ("link", "faint")]),
        ({}, [("brand", "missing")]),
        ({"accent": "#c98f2b"}, [("brand", "missing")]),
        ({"brand": "#0b4a6f", "accent": "gold"}, [("accent", "unwritten")]),
        ({"brand": "#0B4A6F"}, [("brand", "unwritten")]),
        ({"brand": "#fff"}, [("brand", "unwritten")]),
        ({"brand": "#0b4a6f;}*{display:none"}, [("brand", "unwritten")]),
        ({"brand": "#0b4a6f", "footer": "#000000"}, [("footer", "unknown")]),
    ],
)
def test_problems_name_color_and_kind(colors, found):
    problems = check_contrast(colors)
    assert [(problem.name, problem.code) for problem in problems] == found
    with override("en"):
        assert all(str(problem) for problem in problems)


def test_a_faint_color_is_told_its_ratio_and_the_remedy():
    with override("en"):
        sentence = str(check_contrast({"brand": "#00afca"})[0])
    assert "2.5 to 1" in sentence
    assert "Take a darker one." in sentence


@given(HEX, HEX, st.floats(0, 1))
def test_a_mixture_lies_between(one, other, share):
    mixed = mix(one, other, share)
    for place in (1, 3, 5):
        ends = sorted(int(color[place : place + 2], 16) for color in (one, other))
        assert ends[0] <= int(mixed[place : place + 2], 16) <= ends[1]


@given(HEX)
def test_what_passes_is_readable(color):
    if not check_contrast({"brand": color}):
        assert contrast(color, WHITE) >= TEXT_RATIO
        assert contrast(color, mix(color, WHITE, 0.95)) >= TEXT_RATIO


@pytest.mark.parametrize("color", ["red", "#12345", "#1234567", "", "#gggggg"])
def test_what_is_no_color_is_refused(color):
    with pytest.raises(ValueError, match="write a color"):
        contrast(color, WHITE)
