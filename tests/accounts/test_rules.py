"""Who may give what to whom, how long sessions live, which browsers are the same family."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kopir.accounts import rules
from kopir.accounts.rules import CITIZEN_LIMITS, STAFF_LIMITS
from kopir.base.actors import ANONYMOUS, Actor, Role, system_actor
from people import CHROME, FIREFOX

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ONE, OTHER = 1, 2


def person(*grants, name="p"):
    return Actor("person", name, grants=frozenset(grants))


@pytest.mark.parametrize(
    ("role", "for_body", "verdict"),
    [
        (Role.EDITOR, True, True),
        (Role.EDITOR, False, False),
        (Role.PLATFORM_OPERATOR, False, True),
        (Role.PLATFORM_OPERATOR, True, False),
        (Role.AUDITOR, True, True),
        (Role.AUDITOR, False, True),
        (Role.HEAD, False, False),
    ],
)
def test_where_a_role_can_be_held(role, for_body, verdict):
    assert rules.fits(role, for_body=for_body) is verdict


@pytest.mark.parametrize(
    ("actor", "role", "body_id", "verdict"),
    [
        (person((Role.PLATFORM_OPERATOR, None)), Role.PLATFORM_OPERATOR, None, True),
        (person((Role.PLATFORM_OPERATOR, None)), Role.EDITOR, ONE, True),
        (system_actor("accounts.x"), Role.PLATFORM_OPERATOR, None, True),
        (person((Role.SITE_ADMINISTRATOR, ONE)), Role.EDITOR, ONE, True),
        (person((Role.SITE_ADMINISTRATOR, ONE)), Role.EDITOR, OTHER, False),
        (person((Role.SITE_ADMINISTRATOR, ONE)), Role.EDITOR, None, False),
        (person((Role.SITE_ADMINISTRATOR, ONE)), Role.SITE_ADMINISTRATOR, ONE, False),
        (person((Role.SITE_ADMINISTRATOR, ONE)), Role.OFFICER, ONE, False),
        (person((Role.HEAD, ONE)), Role.OFFICER, ONE, True),
        (person((Role.HEAD, ONE)), Role.HEAD, ONE, False),
        (person((Role.EDITOR, ONE)), Role.EDITOR, ONE, False),
        (person((Role.AUDITOR, None)), Role.EDITOR, ONE, False),
        (person(), Role.EDITOR, ONE, False),
        (ANONYMOUS, Role.EDITOR, ONE, False),
    ],
)
def test_who_may_give_a_role(actor, role, body_id, verdict):
    assert rules.may_give(actor, role, body_id) is verdict


def test_nobody_gives_to_themselves():
    assert not rules.may_give_to(person(name="p"), "p")
    assert rules.may_give_to(person(name="p"), "q")


def test_two_operators_take_a_factor_and_neither_is_its_owner():
    one, two = person((Role.PLATFORM_OPERATOR, None), name="1"), person((Role.PLATFORM_OPERATOR, None), name="2")
    assert rules.may_request_reset(one, "q")
    assert not rules.may_request_reset(one, "1")
    assert not rules.may_request_reset(person((Role.AUDITOR, None)), "q")
    assert not rules.may_request_reset(system_actor("accounts.x"), "q")
    assert rules.may_confirm_reset(two, "q", "1")
    assert not rules.may_confirm_reset(one, "q", "1")
    assert not rules.may_confirm_reset(two, "2", "1")


@pytest.mark.parametrize(
    ("limits", "age", "idle", "verdict"),
    [
        (STAFF_LIMITS, timedelta(0), timedelta(0), None),
        (STAFF_LIMITS, timedelta(hours=11), timedelta(minutes=29, seconds=59), None),
        (STAFF_LIMITS, timedelta(hours=11), timedelta(minutes=30), "idle"),
        (STAFF_LIMITS, timedelta(hours=12), timedelta(0), "whole"),
        (CITIZEN_LIMITS, timedelta(hours=12), timedelta(hours=1), None),
        (CITIZEN_LIMITS, timedelta(hours=24), timedelta(0), "whole"),
        (CITIZEN_LIMITS, timedelta(hours=3), timedelta(hours=2), "idle"),
    ],
)
def test_when_a_session_is_over(limits, age, idle, verdict):
    assert rules.over(limits, NOW - age, NOW - idle, NOW) == verdict


@pytest.mark.parametrize(
    ("header", "family"),
    [
        (FIREFOX, "Firefox, Linux"),
        (FIREFOX.replace("145.0", "146.0"), "Firefox, Linux"),
        (CHROME, "Chrome, Windows"),
        (CHROME + " Edg/156.0", "Edge, Windows"),
        (CHROME + " YaBrowser/25.1", "Yandex, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1", "Safari, iOS"),
        ("Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/156.0 Mobile Safari/537.36", "Chrome, Android"),
        ("curl/8.5", "curl"),
        ("", "?"),
    ],
)
def test_the_family_of_a_browser(header, family):
    assert rules.agent_of(header) == family
