"""Named failures: a sentence for the reader, English for the log, data for the program."""

from __future__ import annotations

from typing import ClassVar

import pytest
from django.utils.functional import Promise, lazy
from django.utils.translation import get_language, override

from kopir.base.errors import JobNotDeadError, KopirError, NotAllowedError


def _in_language() -> str:
    return "Жоқ: {name}" if get_language() == "kk" else "No {name} here."


class PotMissingError(KopirError):
    """For the tests."""

    code = "base.pot_missing"
    status = 404
    sentence: ClassVar[str | Promise] = "No {name} here."


def test_a_failure_says_its_sentence_and_keeps_its_fields():
    error = PotMissingError(name="pot", id=3)
    assert str(error) == error.message() == "No pot here."
    assert error.fields == {"name": "pot", "id": 3}
    assert (error.code, error.status) == ("base.pot_missing", 404)


def test_the_reader_gets_the_active_language_and_the_log_english(monkeypatch):
    monkeypatch.setattr(PotMissingError, "sentence", lazy(_in_language, str)())
    error = PotMissingError(name="құмыра")
    with override("kk"):
        assert error.message() == "Жоқ: құмыра"
        assert str(error) == "No құмыра here."
        assert get_language() == "kk"


def test_what_people_wrote_is_data_and_never_a_format():
    assert PotMissingError(name="{id} {0.__class__}").message() == "No {id} {0.__class__} here."


def test_a_field_that_the_sentence_needs_cannot_be_forgotten():
    with pytest.raises(KeyError):
        PotMissingError().message()


@pytest.mark.parametrize("error", [KopirError(), NotAllowedError(), JobNotDeadError(id=4)])
def test_our_own_sentences_say_what_to_do(error):
    assert error.code.startswith("base.")
    assert error.status >= 400
    assert len(error.message()) > 30
    assert "{" not in error.message()
