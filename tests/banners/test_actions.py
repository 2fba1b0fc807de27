"""Banners are set and ended, each with a row of the record; what they stand over is purged hard."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError

from kopir.audit.models import Row
from kopir.banners import actions, queries, tags
from kopir.banners.errors import BannerOverError, UnfitBannerError
from kopir.banners.models import Banner
from kopir.banners.rules import COUNTRY, Place
from kopir.base.actors import ANONYMOUS, Role
from kopir.base.errors import NotAllowedError
from kopir.bodies.models import Region
from kopir.bodies.queries import get_body
from kopir.pagecache.models import Purge

FLOOD = {"kk": "Су тасқыны", "ru": "Паводок"}


def put(actor, now, place=COUNTRY, **changes):
    facts = {"titles": FLOOD, "texts": {"ru": "Дорога закрыта."}, "until": now + timedelta(hours=3), **changes}
    return actions.set_banner(place=place, actor=actor, now=now, **facts)


def own() -> Place:
    return Place(body_id=get_body("ministry-of-education").pk)


def test_a_banner_stands_until_its_instant_and_is_recorded(kz, operator, now):
    banner = put(operator, now)
    row = Row.objects.latest("pk")
    assert (row.action, row.subject) == ("banners.set", f"banners.banner:{banner.pk}")
    assert "Паводок" in str(row.after)
    assert queries.list_over(None, None, now=now) == [banner]
    assert queries.list_over(None, None, now=banner.until) == []


def test_a_new_one_takes_the_place_of_the_old(kz, operator, now):
    put(operator, now)
    second = put(operator, now + timedelta(minutes=5), titles={"kk": "Қайта"}, texts={})
    assert queries.list_over(None, None, now=now + timedelta(minutes=6)) == [second]
    with pytest.raises(IntegrityError):
        Banner.objects.create(place="country", titles=FLOOD, created_at=now, until=now)


def test_it_is_ended_early_and_recorded(kz, operator, now):
    banner = put(operator, now)
    actions.end_banner(banner_id=banner.pk, actor=operator, now=now + timedelta(minutes=1))
    assert queries.list_over(None, None, now=now + timedelta(minutes=1)) == []
    assert Row.objects.latest("pk").action == "banners.end"
    with pytest.raises(BannerOverError):
        actions.end_banner(banner_id=banner.pk, actor=operator, now=now + timedelta(minutes=2))


def test_pages_are_purged_hard_those_of_districts_too(kz, operator, now):
    region = Region.objects.filter(level="region").first()
    district = Region.objects.create(code="d", level="district", parent=region, names={"kk": "Аудан"})
    banner = put(operator, now, Place(region_id=region.pk))
    row = Purge.objects.latest("pk")
    assert row.is_hard
    assert set(row.tags) == {tags.at(Place(region_id=region.pk)), tags.at(Place(region_id=district.pk))}
    assert queries.list_over(None, district.pk, now=now) == [banner]
    actions.end_banner(banner_id=banner.pk, actor=operator, now=now)
    assert all(Purge.objects.order_by("-pk").values_list("is_hard", flat=True)[:2])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"titles": {}, "texts": {}}, "titles"),
        ({"titles": {"kk": "а" * 121}}, "titles"),
        ({"texts": {"kk": "а" * 401}}, "texts"),
        ({"texts": {"en": "a text without a title"}}, "titles"),
        ({"address": "javascript:alert(1)"}, "address"),
    ],
)
def test_what_does_not_fit_is_refused(kz, operator, now, changes, field):
    with pytest.raises(UnfitBannerError) as caught:
        put(operator, now, **changes)
    assert caught.value.fields["field"] == field


@pytest.mark.parametrize("span", [timedelta(0), timedelta(days=30, seconds=1)])
def test_none_stands_without_an_end_that_is_near(kz, operator, now, span):
    with pytest.raises(UnfitBannerError) as caught:
        put(operator, now, until=now + span)
    assert caught.value.fields["field"] == "until"


def test_who_publishes_for_the_body_sets_and_ends_its_banner(kz, actor_for, now):
    publisher = actor_for(Role.PUBLISHER)
    banner = put(publisher, now, own())
    actions.end_banner(banner_id=banner.pk, actor=publisher, now=now)


def test_the_almost_right_person_sets_and_ends_nothing(kz, operator, actor_for, now):
    banners = [put(operator, now, own()), put(operator, now)]
    other = actor_for(Role.PUBLISHER, "ministry-of-finance")
    administrator, editor = actor_for(Role.SITE_ADMINISTRATOR), actor_for(Role.EDITOR)
    tries = [(other, own()), (administrator, COUNTRY), (editor, own()), (ANONYMOUS, own()), (ANONYMOUS, COUNTRY)]
    for actor, place in tries:
        with pytest.raises(NotAllowedError):
            put(actor, now, place)
        with pytest.raises(NotAllowedError):
            actions.end_banner(banner_id=banners[place == COUNTRY].pk, actor=actor, now=now)
    assert Banner.objects.filter(ended_at=None).count() == 2
