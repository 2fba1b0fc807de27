"""The parts of the administration that an actor sees."""

from __future__ import annotations

from functools import partial

import pytest
from django.http import HttpResponse
from django.urls import path

from kopir.base import administration
from kopir.base.access import everyone, staff
from kopir.base.actors import ANONYMOUS, Actor, Role
from kopir.base.administration import Entry, Part, list_parts
from kopir.base.registry import Registry


def _page(request):
    return HttpResponse()


urlpatterns = [
    path("jobs/", staff(Role.PLATFORM_OPERATOR)(partial(_page)), name="jobs"),
    path("record/", staff(Role.AUDITOR)(partial(_page)), name="record"),
    path("open/", everyone(partial(_page)), name="open"),
    path("undecided/", _page, name="undecided"),
]


@pytest.fixture(autouse=True)
def parts(monkeypatch, settings):
    settings.ROOT_URLCONF = __name__
    registry = Registry("part of the administration")
    for name in ("jobs", "record", "open", "undecided", "missing"):
        registry.add(name, Part(name.title(), "…"))
    monkeypatch.setattr(administration, "PARTS", registry)


def test_an_actor_sees_the_parts_that_let_them_in():
    operator = Actor("person", id="1", grants=frozenset({(Role.PLATFORM_OPERATOR, None)}))
    assert list_parts(operator) == [Entry("Jobs", "…", "/jobs/"), Entry("Open", "…", "/open/")]


def test_a_page_without_decision_is_shown_to_nobody():
    everything = Actor("person", id="1", grants=frozenset((role, None) for role in Role))
    assert [entry.title for entry in list_parts(everything)] == ["Jobs", "Record", "Open"]


def test_a_stranger_sees_what_is_open():
    assert [entry.title for entry in list_parts(ANONYMOUS)] == ["Open"]
