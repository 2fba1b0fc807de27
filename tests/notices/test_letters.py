"""The letters, and how what they say is shown."""

from __future__ import annotations

from types import MappingProxyType

import pytest
from django.utils import translation

from kopir.accounts.events import LETTERS as DUE
from kopir.notices.letters import LETTERS, Letter, show_factor, show_instant, show_known, show_role


def test_every_letter_that_a_lower_room_may_want_is_there():
    assert set(DUE) <= {name for name, _ in LETTERS}


def test_every_field_that_is_shown_is_one_of_the_letter():
    for name, fields in DUE.items():
        assert set(LETTERS.get(name).show) <= set(fields), name


def test_what_opens_something_never_stands_in_an_inbox():
    with pytest.raises(ValueError, match="inbox"):
        Letter(in_inbox=True, keeps_secret=True)
    fields = MappingProxyType({name: set(DUE[name]) for name in DUE})
    opening = {name for name, of in fields.items() if of & {"code", "url"}}
    assert opening == {name for name, letter in LETTERS if letter.keeps_secret and name in DUE}


def test_codes_become_words():
    with translation.override("en"):
        assert show_role("platform_operator") == "Platform operator"
        assert show_role("king") == "king"
        assert show_factor("totp") == "code app"
        assert show_factor("other") == "other"
        assert show_known("") == "unknown"
        assert show_known("Firefox") == "Firefox"
        assert "2026" in show_instant("2026-03-05T09:30:00+00:00")
        assert show_instant("2026-03-05T09:30:00+00:00").endswith("30")
