"""The pages by which banners are set and ended, and that every public page shows them until their instant."""

from __future__ import annotations

from datetime import timedelta

import pytest

import acting
from keptpages import kept_pages, page_guard  # noqa: F401 - fixtures
from kopir.banners import actions
from kopir.banners.models import Banner
from kopir.banners.rules import COUNTRY, Place
from kopir.base.actors import ANONYMOUS, Role
from kopir.bodies.queries import get_body, list_regions
from kopir.websites.models import Website

NEW = "/en/manage/banners/new/"
DATA = {
    "place": "country",
    "titles_ru": "Паводок",
    "day_day": "3",
    "day_month": "3",
    "day_year": "2026",
    "time": "18:00",
}
SITE = "/kk/ministry-of-education/"


def put(actor, now, place=COUNTRY, title="Паводок"):
    until = now + timedelta(hours=3)
    return actions.set_banner(place=place, titles={"ru": title}, texts={}, until=until, actor=actor, now=now)


def pages() -> dict[str, set[str]]:
    """Public pages, with the places whose banner each shows."""
    region = list_regions()[0].code
    return {
        "/kk/": {"country"},
        "/ru/calendar/": {"country"},
        "/kk/bodies/ministry-of-education/": {"country", "body"},
        "/kk/bodies/ministry-of-finance/": {"country"},
        f"/kk/regions/{region}/": {"country", "region"},
        SITE: {"country", "body"},
        f"{SITE}about/": {"country", "body"},
        f"{SITE}no-such-page/": {"country", "body"},
        "/kk/ministry-of-finance/": {"country"},
    }


def places() -> dict[str, Place]:
    body, region = get_body("ministry-of-education"), list_regions()[0]
    return {"country": COUNTRY, "region": Place(region_id=region.pk), "body": Place(body_id=body.pk)}


@pytest.mark.parametrize("which", ["country", "region", "body"])
def test_every_page_shows_it_at_once_and_until_its_instant(
    education,
    finance,
    client,
    operator,
    clocked,
    page_guard,  # noqa: F811
    kept_pages,  # noqa: F811
    which,
):
    for path in pages():
        kept_pages.ask(client, path)
    assert set(kept_pages.pages) == set(pages()), "all these pages are kept"
    banner = put(operator, clocked(9, 20), places()[which])
    kept_pages.settle()
    assert all(is_hard for _tags, is_hard in kept_pages.purges)
    for path, shown in pages().items():
        assert (path in kept_pages.pages) == (which not in shown), path
        kept = kept_pages.ask(client, path)
        assert ("Паводок" in kept.content.decode()) == (which in shown), path
    kept_pages.expire(clocked(12, 20))
    for path, shown in pages().items():
        assert which not in shown or path not in kept_pages.pages, path
        assert "Паводок" not in client.get(path).content.decode()
    assert banner.ended_at is None


def test_a_page_loses_it_when_it_is_ended(education, client, operator, clocked, page_guard, kept_pages):  # noqa: F811
    banner = put(operator, clocked(9, 20))
    assert "Паводок" in kept_pages.ask(client, SITE).content.decode()
    actions.end_banner(banner_id=banner.pk, actor=operator, now=clocked(9, 30))
    kept_pages.settle()
    assert SITE not in kept_pages.pages
    assert "Паводок" not in kept_pages.ask(client, SITE).content.decode()


def test_a_website_on_its_own_domain_shows_it(education, client, operator, clocked):
    Website.objects.filter(pk=education.pk).update(domain="edu.example", domain_proven_at=clocked(9))
    put(operator, clocked(9, 20))
    answer = client.get("/kk/", headers={"host": "edu.example"})
    assert answer.status_code == 200
    assert "Паводок" in answer.content.decode()


def test_a_reader_of_another_language_is_told(kz, client, operator, clocked):
    put(operator, clocked(9, 20))
    html = client.get("/en/").content.decode()
    assert '<p class="design-banner__title" lang="ru">Паводок</p>' in html
    assert "This message is not there in your language yet." in html
    assert "design-banner__title" in client.get("/ru/").content.decode()
    assert 'lang="ru">Паводок' not in client.get("/ru/").content.decode()


def test_what_an_editor_wrote_is_no_markup(kz, client, operator, clocked):
    put(operator, clocked(9, 20), title="<script>alert(1)</script>")
    assert "<script>alert" not in client.get("/ru/").content.decode()


def test_it_is_seen_in_every_language_before_it_is_set(kz, client, operator, clocked):
    acting.act_as(operator)
    html = client.post(NEW, {**DATA, "step": "see"}).content.decode()
    assert html.count("design-banner__title") == 3
    assert not Banner.objects.exists()
    answer = client.post(NEW, {**DATA, "step": "set"})
    assert answer["Location"] == "/en/manage/banners/"
    html = client.get("/en/manage/banners/").content.decode()
    assert "End it now: Паводок" in html


def test_what_is_wrong_is_said_and_sets_nothing(kz, client, operator, clocked):
    acting.act_as(operator)
    html = client.post(NEW, {**DATA, "titles_ru": "", "step": "see"}).content.decode()
    assert "Give a title in at least one language." in html
    html = client.post(NEW, {**DATA, "day_day": "1", "step": "set"}).content.decode()
    assert "This instant is past." in html
    assert not Banner.objects.exists()


def test_it_is_ended_after_a_question(kz, client, operator, clocked):
    banner = put(operator, clocked(9, 20))
    acting.act_as(operator)
    path = f"/en/manage/banners/{banner.pk}/end/"
    assert "Паводок" in client.get(path).content.decode()
    assert client.post(path)["Location"] == "/en/manage/banners/"
    assert client.post(path).status_code == 409, "somebody was faster"


def test_the_almost_right_person_sees_and_ends_nothing(kz, client, operator, actor_for, clocked):
    now = clocked(9, 20)
    own, country = put(operator, now, places()["body"], "Министрлік"), put(operator, now)
    acting.act_as(actor_for(Role.PUBLISHER, "ministry-of-finance"))
    assert "End it now" not in client.get("/en/manage/banners/").content.decode()
    for banner in (own, country):
        assert client.post(f"/en/manage/banners/{banner.pk}/end/").status_code == 403
    assert client.post(NEW, {**DATA, "place": own.place, "step": "set"}).status_code == 200
    for actor in (actor_for(Role.EDITOR), actor_for(Role.HEAD), ANONYMOUS):
        acting.act_as(actor)
        assert client.get(NEW).status_code == 403
    assert Banner.objects.filter(ended_at=None).count() == 2
