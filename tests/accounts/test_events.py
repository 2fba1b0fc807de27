"""A letter names a template that exists, with exactly its fields, and one receiver."""

from __future__ import annotations

import pytest

from kopir.accounts.events import LETTERS, LetterDue


def test_a_letter_to_a_person_and_one_to_an_address():
    assert LetterDue("accounts.confirm_email", "kk", {"code": "1"}, address="a@example.org").template in LETTERS
    assert LetterDue("accounts.role_ended", "tg", {"role": "editor", "body": "A"}, user_id="1").language == "tg"


@pytest.mark.parametrize(
    ("template", "context"),
    [("accounts.unknown", {}), ("accounts.confirm_email", {}), ("accounts.confirm_email", {"code": "1", "x": "2"})],
)
def test_a_letter_of_another_form_is_refused(template, context):
    with pytest.raises(ValueError, match="is no letter"):
        LetterDue(template, "kk", context, address="a@example.org")


@pytest.mark.parametrize("receiver", [{}, {"user_id": "1", "address": "a@example.org"}])
def test_a_letter_goes_to_one(receiver):
    with pytest.raises(ValueError, match="a person or to an address"):
        LetterDue("accounts.confirm_email", "kk", {"code": "1"}, **receiver)
