"""How a look is kept in a cookie, and what becomes of a cookie that somebody made up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kopir.design.low_vision import ANSWERS, ORDINARY, QUESTIONS, Look, read_look, write_look

LOOKS = st.builds(Look, **{question: st.sampled_from(list(answers)) for question, answers in ANSWERS.items()})


@given(LOOKS)
def test_a_look_comes_back_as_it_was(look):
    assert read_look(write_look(look)) == look


def test_the_value_says_what_is_not_ordinary():
    assert write_look(Look(size="150", pictures="off")) == "size-150.pictures-off"
    assert write_look(ORDINARY) == "ordinary"
    assert ORDINARY.is_ordinary
    assert not Look(size="125").is_ordinary


def test_each_question_has_a_label_and_the_ordinary_answer_first():
    assert QUESTIONS.keys() == ANSWERS.keys()
    assert Look(**{question: next(iter(answers)) for question, answers in ANSWERS.items()}) == ORDINARY


@pytest.mark.parametrize("answer", [{"size": "300"}, {"colors": "pink"}, {"pictures": ""}])
def test_there_is_no_look_with_an_answer_that_does_not_exist(answer):
    with pytest.raises(ValueError, match="cannot be"):
        Look(**answer)


@pytest.mark.parametrize("value", ["", "size-999", "size", "-", "...", "size-150;", "__init__-x", "size-200x"])
def test_what_nobody_offered_counts_as_ordinary(value):
    assert read_look(value) == ORDINARY


@given(st.text())
def test_any_cookie_can_be_read(value):
    assert isinstance(read_look(value), Look)
