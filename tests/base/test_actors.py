"""Who acts, and which roles are held for which body."""

from __future__ import annotations

import dataclasses

import pytest

from kopir.base.actors import ANONYMOUS, Actor, Role, system_actor


def _person(*grants: tuple[Role, int | None]) -> Actor:
    return Actor(kind="person", id="7", name="A", grants=frozenset(grants))


@pytest.mark.parametrize(
    ("grants", "role", "body_id", "held"),
    [
        ([(Role.EDITOR, 3)], Role.EDITOR, 3, True),
        ([(Role.EDITOR, None)], Role.EDITOR, 3, True),
        ([(Role.EDITOR, None)], Role.EDITOR, None, True),
        # The almost-right person: another body, another role, a grant for one body where the platform is asked.
        ([(Role.EDITOR, 4)], Role.EDITOR, 3, False),
        ([(Role.PUBLISHER, 3)], Role.EDITOR, 3, False),
        ([(Role.EDITOR, 3)], Role.EDITOR, None, False),
        ([(Role.PLATFORM_OPERATOR, None)], Role.EDITOR, 3, False),
        ([(Role.EDITOR, 4), (Role.PUBLISHER, 3)], Role.EDITOR, 3, False),
        ([], Role.EDITOR, None, False),
    ],
)
def test_a_role_is_held_by_its_own_grant_alone(grants, role, body_id, held):
    assert _person(*grants).has(role, body_id) is held


def test_a_body_whose_id_is_zero_is_a_body():
    assert not _person((Role.EDITOR, 1)).has(Role.EDITOR, 0)
    assert _person((Role.EDITOR, 0)).has(Role.EDITOR, 0)


def test_strangers_and_the_system_hold_no_role():
    assert not any(ANONYMOUS.has(role, 1) or system_actor("audit.seal").has(role) for role in Role)
    assert system_actor("audit.seal") == Actor(kind="system", id="audit.seal", name="audit.seal")


def test_an_actor_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(_person(), "grants", frozenset({(Role.HEAD, None)}))  # noqa: B010 - the type checker knows better
