"""What every template knows."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.urls import include, path
from django.utils.translation import override

from kopir.config import context

urlpatterns = [
    path("all/", include(([path("", lambda request: HttpResponse(), name="home")], "bodies"))),
]


@pytest.mark.parametrize(("language", "name"), [("kk", "Қазақстан"), ("ru", "Казахстан"), ("en", "Kazakhstan")])
def test_the_country_is_named_in_the_readers_language(rf, language, name):
    with override(language):
        assert context.portal(rf.get("/"))["country"].name == name


def test_the_country_is_the_one_of_the_settings(rf, settings):
    settings.KOPIR_COUNTRY = "tj"
    with override("tg"):
        assert context.portal(rf.get("/"))["country"].code == "TJ"


def test_a_page_of_a_body_knows_it(rf):
    request = rf.get("/")
    assert context.portal(request)["body"] is None
    request.body_of_state = SimpleNamespace(name="Су")
    assert context.portal(request)["body"].name == "Су"


def test_the_navigation_holds_what_there_is_and_marks_where_one_is(rf, settings):
    settings.ROOT_URLCONF = __name__
    assert [(link.address, link.is_current) for link in context.list_navigation(rf.get("/all/"))] == [("/all/", True)]
    assert [link.is_current for link in context.list_navigation(rf.get("/other/"))] == [False]


def test_the_languages_are_those_of_the_settings(rf, settings):
    assert context.portal(rf.get("/"))["languages"] == settings.LANGUAGES
