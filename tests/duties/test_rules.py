"""Who sees what is wrong with a website: the almost-right person does not."""

from __future__ import annotations

import pytest

from kopir.base.actors import ANONYMOUS, Actor, Role, system_actor
from kopir.duties.rules import is_supervisor, may_repair, may_see

BODY, ABOVE, OTHER = 7, 3, 8


def person(*grants):
    return Actor("person", id="1", grants=frozenset(grants))


@pytest.mark.parametrize(
    ("actor", "sees", "repairs"),
    [
        (person((Role.EDITOR, BODY)), True, True),
        (person((Role.PUBLISHER, BODY)), True, True),
        (person((Role.SITE_ADMINISTRATOR, BODY)), True, True),
        (person((Role.HEAD, BODY)), True, False),
        (person((Role.HEAD, ABOVE)), True, False),
        (person((Role.PLATFORM_OPERATOR, None)), True, False),
        (person((Role.AUDITOR, None)), True, False),
        (system_actor("x"), True, False),
        (person((Role.EDITOR, ABOVE)), False, False),
        (person((Role.SITE_ADMINISTRATOR, ABOVE)), False, False),
        (person((Role.HEAD, OTHER), (Role.EDITOR, OTHER)), False, False),
        (person((Role.OFFICER, BODY)), False, False),
        (person((Role.AUDITOR, BODY)), False, False),
        (person(), False, False),
        (ANONYMOUS, False, False),
    ],
)
def test_who_sees_and_who_repairs(actor, sees, repairs):
    assert may_see(actor, BODY, [1, ABOVE]) is sees
    assert may_repair(actor, BODY) is repairs


def test_who_supervises_all():
    assert is_supervisor(person((Role.AUDITOR, None)))
    assert not is_supervisor(person((Role.PLATFORM_OPERATOR, BODY)))
