"""Marks on views and requests."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from actors import OPERATOR
from kopir.base.access import everyone, get_decision
from kopir.base.actors import ANONYMOUS, Actor
from kopir.pagecache.storing import find_params, is_shared, is_staff, narrow, share, storable


def test_a_mark_is_found_through_other_decorators():
    @everyone
    @require_safe
    @storable(params=["page", "year"])
    def inner(request):
        return HttpResponse()

    outer = storable()(everyone(require_safe(lambda request: HttpResponse())))
    assert find_params(inner) == ("page", "year")
    assert find_params(outer) == ()
    assert get_decision(outer) is not None
    assert find_params(require_safe(lambda request: HttpResponse())) is None


@pytest.mark.parametrize(
    ("query", "names", "left"),
    [
        ("page=2&utm_source=x", ["page"], "page=2"),
        ("b=1&a=2&b=3", ["a", "b"], "a=2&b=1&b=3"),
        ("page=", ["page"], "page="),
        ("page=%D2%9B%26x", ["page"], "page=%D2%9B%26x"),
        ("page=2", [], ""),
        ("", ["page"], ""),
        ("%zz&;&=&page", ["page"], "page="),
    ],
)
def test_parameters_that_do_not_matter_are_dropped(rf, query, names, left):
    request = rf.get("/", QUERY_STRING=query)
    assert request.GET is not None
    narrow(request, names)
    assert request.get_full_path() == (f"/?{left}" if left else "/")
    assert set(request.GET) <= set(names)


def test_a_page_is_made_for_everybody_or_not(rf):
    request = rf.get("/")
    assert not is_shared(request)
    share(request)
    assert is_shared(request)


def test_who_is_staff(rf):
    request = rf.get("/")
    assert not is_staff(request)
    for actor, answer in ((ANONYMOUS, False), (Actor("person", "7"), False), (OPERATOR, True)):
        request.actor = actor
        assert is_staff(request) is answer
