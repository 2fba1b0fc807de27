"""The rules of the low-vision stylesheet; that they do what they say is seen in test_views_low_vision.py."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kopir.design.colors import contrast
from kopir.design.low_vision import ANSWERS, ORDINARY, Look
from kopir.design.low_vision_style import SCHEMES, write_style

LOOKS = st.builds(Look, **{question: st.sampled_from(list(answers)) for question, answers in ANSWERS.items()})


def test_the_ordinary_look_has_no_rules():
    assert write_style(ORDINARY) == ""


@pytest.mark.parametrize(
    ("look", "rule"),
    [
        (Look(size="150"), "html{font-size:150%!important}"),
        (Look(spacing="wide"), "letter-spacing:.12em!important"),
        (Look(colors="black"), "background:#000000!important;color:#ffffff!important"),
        (Look(pictures="off"), ".design-picture__words{display:block!important"),
    ],
)
def test_each_answer_has_its_rule_and_shows_the_bar(look, rule):
    assert rule in write_style(look)
    assert ".design-low-vision-bar{display:block!important}" in write_style(look)
    assert not any(rule in write_style(other) for other in (ORDINARY, Look(size="125")))


def test_every_offered_scheme_has_its_colors():
    assert set(ANSWERS["colors"]) == {"ordinary", *SCHEMES}


@pytest.mark.parametrize("name", SCHEMES)
def test_each_scheme_has_the_contrast_of_level_aaa(name):
    scheme = SCHEMES[name]
    assert contrast(scheme.ink, scheme.paper) >= 7
    assert contrast(scheme.link, scheme.paper) >= 7
    assert contrast(scheme.focus, scheme.paper) >= 3


@given(LOOKS)
def test_every_stylesheet_is_whole(look):
    style = write_style(look)
    assert style.count("{") == style.count("}")
    assert "url(" not in style
