"""What every template knows."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.urls import include, path
from django.utils.translation import override

from kopir.base.actors import ANONYMOUS, Actor, Role, system_actor
from kopir.bodies.models import Portal
from kopir.config import context


def _page(address: str, name: str):
    return path(address, lambda request: HttpResponse(), name=name)


urlpatterns = [
    path("", include(([_page("", "home"), _page("calendar/", "calendar"), _page("manage/", "manage")], "bodies"))),
    _page("account/", "account_profile"),
    _page("account/login/", "account_login"),
]
CITIZEN = Actor(kind="person", id="7")
OFFICER = Actor(kind="person", id="8", grants=frozenset({(Role.OFFICER, 3)}))


@pytest.mark.parametrize(("language", "name"), [("kk", "Қазақстан"), ("ru", "Казахстан"), ("en", "Kazakhstan")])
def test_the_country_is_named_in_the_readers_language(language, name):
    with override(language):
        assert context.get_plain_country().name == name


@pytest.mark.django_db
def test_the_country_has_the_colors_that_the_operator_chose(rf):
    assert context.portal(rf.get("/"))["country"].colors == {}
    Portal.objects.create(names={"en": "State at your desk"}, colors={"brand": "#123456"})
    assert context.portal(rf.get("/"))["country"].colors == {"brand": "#123456"}


@pytest.mark.django_db
def test_the_header_names_the_portal_as_the_operator_calls_it(client):
    def masthead():
        page = client.get("/en/calendar/", headers={"host": "kz.localhost"}).content.decode()
        return page.partition("design-masthead__names")[2].partition("</a>")[0]

    assert "Portal of state bodies" in masthead()
    Portal.objects.create(names={"en": "State at your desk"})
    assert "Kazakhstan" in masthead()
    assert "State at your desk" in masthead()


def test_the_country_is_the_one_of_the_settings(settings):
    settings.KOPIR_COUNTRY = "tj"
    assert context.get_plain_country().code == "TJ"


def test_the_database_is_not_asked_before_the_country_is_shown(rf):
    names = {"country", "languages", "navigation", "footer_links", "scripts", "search_address", "home_address"}
    assert set(context.portal(rf.get("/"))) == names


@pytest.mark.parametrize(
    ("actor", "addresses"),
    [
        (ANONYMOUS, ["/", "/calendar/", "/account/login/"]),
        (system_actor("base"), ["/", "/calendar/", "/account/login/"]),
        (CITIZEN, ["/", "/calendar/", "/account/"]),
        (OFFICER, ["/", "/calendar/", "/manage/", "/account/"]),
    ],
)
def test_the_navigation_is_for_whoever_asks_and_holds_what_there_is(rf, settings, actor, addresses):
    settings.ROOT_URLCONF = __name__
    request = rf.get("/")
    request.actor = actor
    assert [link.address for link in context.list_navigation(request)] == addresses


@pytest.mark.parametrize(
    ("address", "current"),
    [("/", ["/"]), ("/calendar/2026/", ["/calendar/"]), ("/manage/bodies/", ["/manage/"]), ("/elsewhere/", [])],
)
def test_the_entry_is_marked_that_the_page_is_a_part_of(rf, settings, address, current):
    settings.ROOT_URLCONF = __name__
    request = rf.get(address)
    request.actor = OFFICER
    assert [link.address for link in context.list_navigation(request) if link.is_current] == current


def test_the_way_home_stays_in_the_language(rf):
    with override("ru"):
        assert context.portal(rf.get("/"))["home_address"] == "/ru/"
