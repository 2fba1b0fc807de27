"""Decisions on views: every kind, and the almost-right person before each door."""

from __future__ import annotations

from functools import partial

import pytest
from django.http import HttpResponse
from django.views import View
from django.views.decorators.http import require_GET

from kopir.base.access import EVERYONE, SIGNED_IN, Decision, decide, everyone, fresh, get_decision, signed_in, staff
from kopir.base.actors import ANONYMOUS, Actor, Role, system_actor


def _view(request: object) -> HttpResponse:
    return HttpResponse()


def _person(*grants: tuple[Role, int | None]) -> Actor:
    return Actor(kind="person", id="7", grants=frozenset(grants))


def make_view():
    return partial(_view)


def test_a_decorator_notes_its_decision_on_the_view():
    assert get_decision(everyone(make_view())) == EVERYONE
    assert get_decision(signed_in(make_view())) == SIGNED_IN
    assert get_decision(staff(Role.EDITOR, Role.HEAD)(make_view())) == Decision(
        "staff", frozenset({Role.EDITOR, Role.HEAD})
    )
    assert get_decision(fresh(60)(signed_in(make_view()))) == Decision("signed_in", fresh_s=60)


def test_a_view_without_a_decision_has_none():
    assert get_decision(make_view()) is None
    view = make_view()
    view.kopir_access = "everyone"
    assert get_decision(view) is None


def test_a_decision_is_found_through_decorators_and_on_class_based_views():
    def view(request):
        return HttpResponse()

    assert get_decision(require_GET(everyone(view))) == EVERYONE
    made = decide(View.as_view(), SIGNED_IN)
    assert get_decision(made) == SIGNED_IN
    assert get_decision(View.as_view()) is None


@pytest.mark.parametrize(
    ("decision", "actor", "admitted"),
    [
        (EVERYONE, ANONYMOUS, True),
        (SIGNED_IN, _person(), True),
        (SIGNED_IN, ANONYMOUS, False),
        (SIGNED_IN, system_actor("audit.seal"), False),
        (Decision("staff", frozenset({Role.EDITOR})), _person((Role.EDITOR, 4)), True),
        (Decision("staff", frozenset({Role.EDITOR})), _person((Role.EDITOR, None)), True),
        (Decision("staff", frozenset({Role.EDITOR})), _person((Role.PUBLISHER, None)), False),
        (Decision("staff", frozenset({Role.EDITOR})), _person(), False),
        (Decision("staff", frozenset({Role.EDITOR})), ANONYMOUS, False),
        (
            Decision("staff", frozenset({Role.EDITOR})),
            Actor(kind="anonymous", grants=frozenset({(Role.EDITOR, None)})),
            False,
        ),
    ],
)
def test_who_is_admitted(decision, actor, admitted):
    assert decision.admits(actor) is admitted


def test_only_what_is_open_to_everyone_answers_on_other_hosts():
    assert EVERYONE.hosts == "any"
    assert SIGNED_IN.hosts == "portal"
    assert get_decision(staff(Role.HEAD)(make_view())).hosts == "portal"


def test_staff_of_no_role_is_refused():
    with pytest.raises(ValueError, match="which roles"):
        staff()


@pytest.mark.parametrize("view", [make_view(), everyone(make_view())])
def test_freshness_needs_somebody_who_signed_in(view):
    with pytest.raises(ValueError, match="put @fresh above"):
        fresh()(view)
