"""The words of the whole portal."""

from __future__ import annotations

from typing import Any

import pytest

from kopir.audit.models import Row
from kopir.base.actors import ANONYMOUS, Actor, Role
from kopir.base.errors import NotAllowedError
from kopir.bodies.actions import change_portal
from kopir.bodies.errors import ChangedMeanwhileError, UnfitFieldError, UnreadableColorsError
from kopir.bodies.queries import get_portal

NEW: dict[str, Any] = {
    "names": {"kk": "Портал", "ru": "Портал", "en": "Portal"},
    "phone": "1414",
    "email": "help@example.org",
    "colors": {"brand": "#0b4a6f"},
}


def test_the_words_come_from_the_pack_until_somebody_sets_them(kz, operator, now):
    assert get_portal().names["en"] == "Portal of state bodies"
    portal = change_portal(**NEW, revision=1, actor=operator, now=now)
    assert (get_portal().phone, portal.revision) == ("1414", 2)
    row = Row.objects.get(action="bodies.change_portal")
    assert '"phone":""' in (row.before or "")
    assert '"phone":"1414"' in (row.after or "")
    assert change_portal(**NEW, revision=2, actor=operator, now=now).revision == 2


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"names": {"kk": "Портал"}}, UnfitFieldError),
        ({"phone": "call"}, UnfitFieldError),
        ({"email": "nobody"}, UnfitFieldError),
        ({"colors": {"brand": "#eeeeee"}}, UnreadableColorsError),
        ({"revision": 9}, ChangedMeanwhileError),
    ],
)
def test_what_cannot_be_is_refused(kz, operator, now, change, error):
    with pytest.raises(error):
        change_portal(**{**NEW, "revision": 1} | change, actor=operator, now=now)
    assert get_portal().phone == ""


def test_only_the_operator_of_the_platform(kz, now):
    for actor in (ANONYMOUS, Actor("person", id="1", grants=frozenset({(Role.PLATFORM_OPERATOR, 1)}))):
        with pytest.raises(NotAllowedError):
            change_portal(**NEW, revision=1, actor=actor, now=now)
